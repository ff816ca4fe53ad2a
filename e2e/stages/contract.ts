import { kubectl } from "../command.ts";
import { runContract } from "../contract.ts";
import { forward } from "../port-forward.ts";
import { toServiceUrl } from "../settings.ts";
import { stage } from "../stage.ts";
import { outside } from "../stand-in/manifest.ts";
import { until } from "../until.ts";
import { caFile } from "./apply.ts";

export const contract = stage({
  name: "contract",
  title: "The contract suite, through the gateway over TLS",
  commands: (settings) => ({
    control: kubectl(settings, "port-forward", `--namespace=${outside}`, "deployment/github", "<port>:8081"),
    suite: { command: ["npx", "vitest", "run", "--project=contract-gateway"] },
  }),
  run: async ({ settings, count, onEnd }) => {
    const control = await forward(settings, outside, "deployment/github", 8081);
    onEnd(control.stop);
    await until("the stand-in's control", 30, async () => {
      const { ok } = await fetch(`${control.url}/_standin/reset`, { method: "POST" });
      return ok ? true : undefined;
    });
    const { passed, failed, leftOut } = await runContract(
      {
        url: toServiceUrl(settings),
        github: control.url,
        ca: caFile(settings.folder),
        suffix: settings.domain,
        address: settings.gateway.host,
      },
      settings.folder,
    );
    count(passed, failed);
    console.log(`    ${leftOut} left out: they need an instance of their own, or what the gateway closes`);
  },
});
