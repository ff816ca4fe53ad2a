import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import "../../targets/provided.ts";
import { startStandIn } from "../../../harness/start-stand-in.ts";
import { startWorker } from "../../../harness/start-worker.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { createTestApp } from "../../support/github-app.ts";
import { metric } from "../support/metrics.ts";

test("an isolate uses the token that another one has left in KV", async () => {
  const github = await startStandIn();
  onTestFinished(github.stop);
  const control = standIn({ github: github.url });
  const app = createTestApp([11]);
  await control.addApp(app.settings);
  const folder = await mkdtemp(join(tmpdir(), "edge-gists-kv-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { main, options } = inject("worker")!;

  /** A resource that nobody has asked for, by an isolate of its own. */
  async function ask(): Promise<{ status: number; shared: number }> {
    const env = { GITHUB_API_URL: github.url, GITHUB_TOKEN: "", ...app.env };
    const worker = await startWorker(env, { main, options: { ...options, kvPersist: folder } });
    try {
      const { status } = await fetch(`${worker.url}/octocat?since=${freshSince()}`);
      return { status, shared: await metric(worker.url, "github_app_tokens_total", { outcome: "shared" }) };
    } finally {
      await worker.stop();
    }
  }
  expect(await ask()).toEqual({ status: 200, shared: 0 });
  expect(await ask()).toEqual({ status: 200, shared: 1 });
  expect(await control.minted()).toHaveLength(1);
  const calls = await control.calls((call) => call.path === "/users/octocat/gists");
  expect(new Set(calls.map(({ headers }) => headers["authorization"])).size).toBe(1);
});
