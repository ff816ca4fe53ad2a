import { expect, inject, onTestFinished, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { startStandIn } from "../../../harness/start-stand-in.ts";
import { startTarget } from "../../../harness/start-target.ts";
import { readWorkerConfig } from "../../../harness/worker-config.ts";
import { run } from "../support/run.ts";

/** Options of `npm run check schemathesis`. */
const options = Object.entries({
  seed: process.env["SCHEMATHESIS_SEED"],
  "max-examples": process.env["SCHEMATHESIS_MAX_EXAMPLES"],
}).flatMap(([name, value]) => (value ? [`--${name}=${value}`] : []));

test.each(["node", "worker"] as const)("schemathesis on %s", async (runtime) => {
  const standIn = await startStandIn();
  onTestFinished(standIn.stop);
  const target = await startTarget({
    runtime,
    github: standIn.url,
    env: { GITHUB_TOKEN: "good-ci" },
    worker: runtime === "worker" ? await readWorkerConfig() : undefined,
  });
  onTestFinished(target.stop);
  const args = ["run", `${target.url}/openapi.json`, "--no-color", ...options];
  const { ok, text } = await run(inject("schemathesis"), args, { cwd: root });
  expect(ok, text).toBe(true);
});
