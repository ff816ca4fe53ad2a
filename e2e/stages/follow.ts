import { join } from "node:path";
import type { Command } from "../command.ts";
import { type Settings, toServiceUrl } from "../settings.ts";
import { stage } from "../stage.ts";
import { caFile } from "./apply.ts";

/** `npm run demo:autoscale` from zero over few to many connections, and back. Its picture is in the run's folder. */
function demonstration(settings: Settings): Command {
  const { folder, kubeconfig, context, gateway } = settings;
  const options = {
    url: `${toServiceUrl(settings)}/octocat`,
    ca: caFile(folder),
    address: gateway.host,
    context,
    ...(kubeconfig && { kubeconfig }),
    load: "0:5,1:15,50:60,1:20,0:60",
    out: join(folder, "autoscale"),
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return { command: ["node", "bench/autoscale/run.mjs", ...args], seconds: 400 };
}

export const follow = stage({
  name: "follow",
  title: "Pods follow the load, and no request fails",
  commands: (settings) => ({ demonstration: demonstration(settings) }),
  run: async ({ run, check, figure }, { demonstration: command }) => {
    await check("requests from zero to many, and back", async () => {
      const said = await run(command);
      const result = /(\d+) answered, at most (\d+) a second, (\d+) failed(?:, at most (\d+) pods?)?/.exec(said);
      if (!result) throw new Error(said.slice(-500));
      const [text, answered, rate, failed, pods] = result;
      figure("requests a second, at most", Number(rate));
      figure("pods, at most", Number(pods));
      if (Number(answered) === 0 || failed !== "0") throw new Error(text);
      return text;
    });
  },
});
