import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { root, startChild } from "../../targets/child.ts";

/** A copy of the bundle without whatever is loaded only where an endpoint for traces is set. */
const copy = await mkdtemp(join(tmpdir(), "edge-gists-dist-"));
afterAll(() => rm(copy, { recursive: true, force: true }));
await cp(join(root, "dist"), copy, { recursive: true });
const server = join(copy, "node/server.js");

/** The files that a file imports, at once (`from"./a.js"`) or on demand (`import("./a.js")`). */
async function importsOf(file: string): Promise<{ atOnce: string[]; onDemand: string[] }> {
  const text = await readFile(file, "utf8");
  const paths = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, path = ""]) => join(dirname(file), path));
  return {
    atOnce: paths(/(?:from|import)\s*"(\.\/[\w.-]+\.js)"/g),
    onDemand: paths(/import\(\s*"(\.\/[\w.-]+\.js)"\s*\)/g),
  };
}

/** A file with all that comes with it at once. */
async function closureOf(file: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const next of (await importsOf(file)).atOnce) await closureOf(next, seen);
  return seen;
}

describe("without an endpoint for traces", async () => {
  const kept = await closureOf(server);
  for (const file of (await importsOf(server)).onDemand) {
    if (!/\/tracing-/.test(file)) await closureOf(file, kept);
  }
  const removed = (await readdir(join(copy, "node")))
    .map((name) => join(copy, "node", name))
    .filter((file) => file.endsWith(".js") && !kept.has(file));
  await Promise.all(removed.map((file) => rm(file)));

  test("no file that is loaded knows OpenTelemetry's SDK", async () => {
    const texts = await Promise.all([...kept].map((file) => readFile(file, "utf8")));
    expect(texts.join("\n")).not.toMatch(/BatchSpanProcessor|forceFlush|otlp|W3CTraceContext/);
    const without = await Promise.all(
      removed.map((file) => readFile(join(root, "dist/node", file.slice(dirname(server).length + 1)), "utf8")),
    );
    expect(without.join("\n"), "it is in those that are not").toMatch(/forceFlush/);
  });

  test("the server runs with the SDK's files deleted", async () => {
    const child = await startChild(server, {});
    const answers = await Promise.all(
      ["/rate_limit", "/metrics", "/docs"].map((path) => fetch(`http://127.0.0.1:${child.port}${path}`)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    await child.stop();
  });

  test("and with an endpoint it does not: those files are the SDK", async () => {
    const starting = startChild(server, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
    await expect(starting).rejects.toThrow(/ERR_MODULE_NOT_FOUND[^]*tracing-/);
  });
});
