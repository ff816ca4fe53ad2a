import { join } from "node:path";
import { createClient } from "../client.ts";
import { listPods, toPods } from "../pods.ts";
import { stage } from "../stage.ts";
import { until } from "../until.ts";

const cycles = 3;
/** Time to zero: the window, Knative's grace period and the pod's own shutdown, with a margin. */
const toZeroSeconds = 240;

export const scale = stage({
  name: "scale",
  title: "To zero and back",
  commands: (settings) => ({ pods: listPods(settings) }),
  run: async ({ settings, run, check, figure, onEnd }, { pods }) => {
    const client = createClient(settings, join(settings.folder, "ca.crt"));
    onEnd(client.close);
    const cold: number[] = [];
    const warm: number[] = [];
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const gone = await check(`to zero (${cycle} of ${cycles})`, async () => {
        const started = Date.now();
        await until(
          "no pod",
          toZeroSeconds,
          async () => (toPods(await run(pods)).length === 0 ? true : undefined),
          1000,
        );
        return `${Math.round((Date.now() - started) / 1000)} s`;
      });
      await check(`back from zero (${cycle} of ${cycles})`, async () => {
        if (!gone) throw new Error("it was not at zero");
        const started = performance.now();
        const { status, text } = await client.ask("/health");
        cold.push(Math.round(performance.now() - started));
        if (status !== 200) throw new Error(`${status} ${text.slice(0, 300)}`);
        return `first answer after ${cold.at(-1)} ms`;
      });
      for (let request = 0; request < 10; request += 1) {
        const started = performance.now();
        await client.ask("/health");
        warm.push(Math.round(performance.now() - started));
      }
    }
    figure("first answer from zero, ms", cold);
    figure("answers of a warm pod, ms", warm);
  },
});
