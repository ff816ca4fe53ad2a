import { Miniflare } from "miniflare";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import "../../targets/provided.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { startStandIn } from "../../../harness/start-stand-in.ts";
import { defaultToken } from "../../../harness/start-target.ts";
import { readWorkerModules } from "../../../harness/worker-modules.ts";
import { metric } from "../support/metrics.ts";
import { ask } from "../support/pods.ts";

const timeout = 200;
const token = "purge-token-0123456789abcdef";

/** A Worker whose KV binding is made of this code instead. */
async function startWith(binding: string): Promise<{ url: string; logs: () => string[] }> {
  const github = await startStandIn();
  onTestFinished(github.stop);
  const { main, options } = inject("worker")!;
  const { kvNamespaces: _kv, durableObjects: _objects, bindings, ...worker } = options;
  const lines: string[] = [];
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    handleStructuredLogs: ({ message }: { message: string }) => void lines.push(message),
    workers: [
      {
        ...worker,
        name: "main",
        modules: await readWorkerModules(main),
        bindings: {
          ...(bindings as Record<string, string> | undefined),
          GITHUB_API_URL: github.url,
          GITHUB_TOKEN: defaultToken,
          SHARED_CACHE_TIMEOUT_MS: String(timeout),
          PURGE_TOKEN: token,
        },
        wrappedBindings: { CACHE: { scriptName: "kv" } },
      },
      {
        name: "kv",
        modules: [{ type: "ESModule", path: "kv.js", contents: `export default () => (${binding});` }],
      },
    ],
  } as ConstructorParameters<typeof Miniflare>[0]);
  onTestFinished(() => miniflare.dispose());
  return { url: (await miniflare.ready).origin, logs: () => lines };
}

const down = `async () => { throw new Error("KV GET failed: 500 Internal Server Error"); }`;
const never = "() => new Promise(() => undefined)";
const nothing = "async () => null";

describe("a KV namespace that fails", () => {
  test.each([
    ["throws", `{ get: ${down}, put: ${down}, delete: ${down} }`, "error"],
    ["hangs", `{ get: ${never}, put: ${never}, delete: ${never} }`, "timeout"],
    ["returns garbage", `{ get: async () => "garbage", put: ${nothing}, delete: ${nothing} }`, "garbage"],
    ["refuses writes (429)", `{ get: ${nothing}, put: ${down}, delete: ${down} }`, "error"],
  ])("%s: no request fails or waits long, and it is counted", async (_what, binding, reason) => {
    const worker = await startWith(binding);
    const paths = Array.from({ length: 6 }, () => `/octocat?per_page=1&since=${freshSince()}`);
    for (const path of [...paths, ...paths]) {
      const { status, took } = await ask(`${worker.url}${path}`);
      expect(status).toBe(200);
      expect(took).toBeLessThan(3 * timeout + 1000);
    }
    // An entry stored here is a hit here, whatever happens to KV.
    expect((await ask(`${worker.url}${paths[0]}`)).cacheStatus).toMatch(/^EdgeGists; hit; /);
    expect(await metric(worker.url, "github_api_requests_total")).toBe(paths.length);
    await expect
      .poll(() => metric(worker.url, "shared_cache_errors_total", { reason }), { timeout: 5000 })
      .toBeGreaterThan(0);
  });

  test.each([
    [204, nothing],
    [503, down],
    [503, never],
  ])("the response to a purge depends on KV's confirmation: %i", async (status, remove) => {
    const { url } = await startWith(`{ get: ${nothing}, put: ${nothing}, delete: ${remove} }`);
    const path = `/octocat?per_page=1&since=${freshSince()}`;
    await ask(`${url}${path}`);
    const purged = await fetch(`${url}${path}`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
    expect(purged.status).toBe(status);
    expect((await ask(`${url}${path}`)).cacheStatus, "dropped by this isolate").toMatch(/^EdgeGists; fwd=miss/);
  });
});
