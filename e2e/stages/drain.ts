import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "../client.ts";
import { kubectl } from "../command.ts";
import { startLoad } from "../load.ts";
import { listPods } from "../pods.ts";
import { forward } from "../port-forward.ts";
import type { Settings } from "../settings.ts";
import { stage } from "../stage.ts";
import { outside } from "../stand-in/manifest.ts";
import { until } from "../until.ts";
import { readyPod } from "../warm.ts";
import { caFile } from "./apply.ts";

/** GitHub's delay: longer than Istio's proxy drains (5 s), shorter than the service's timeout of one try (8 s). */
const slowMs = 6500;
/** A resource that no other stage requests. */
const slowPath = "/octocat?per_page=77";

const endPod = (settings: Settings, pod: string) =>
  kubectl(settings, "delete", "pod", "--namespace=edge-gists", "--wait=false", pod);

export const drain = stage({
  name: "drain",
  title: "A pod ends without a failed request",
  commands: (settings) => ({
    control: kubectl(settings, "port-forward", `--namespace=${outside}`, "deployment/github", "<port>:8081"),
    pods: listPods(settings),
    end: endPod(settings, "<pod>"),
  }),
  run: async (context, { pods }) => {
    const { settings, run, check, onEnd } = context;
    const control = await forward(settings, outside, "deployment/github", 8081);
    onEnd(control.stop);
    const setFaults = (init: RequestInit) =>
      until("the stand-in's control", 30, async () => {
        const { ok } = await fetch(`${control.url}/_standin/faults`, init);
        return ok ? true : undefined;
      });
    const client = createClient(settings, caFile(settings.folder));
    onEnd(client.close);
    await client.ask("/health");
    const { name } = await readyPod(context, pods);
    await setFaults({ method: "POST", body: JSON.stringify({ kind: "latency", ms: slowMs, path: "/users/octocat" }) });
    try {
      const load = startLoad(client, ["/health", "/users/hubot/gists"]);
      onEnd(load.stop);
      const slow = client.ask(slowPath);
      await sleep(1000);
      await run(endPod(settings, name));
      await check("what it was answering is answered", async () => {
        const { status, text } = await slow;
        if (status !== 200) throw new Error(`${status} ${text.slice(0, 300)}`);
      });
      await readyPod(context, pods);
      await load.stop();
      await check("no other request fails meanwhile", async () => {
        const failures = load.failures();
        if (failures.length > 0) throw new Error(`${failures.length} failed:\n${failures.slice(0, 20).join("\n")}`);
        return `${load.answered()} answered`;
      });
    } finally {
      await setFaults({ method: "DELETE" });
    }
  },
});
