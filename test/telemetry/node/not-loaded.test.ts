import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { root, startChild } from "../../../harness/child.ts";

/** A copy of the bundle without whatever is loaded only if an endpoint for traces is set. */
const copy = await mkdtemp(join(tmpdir(), "edge-gists-dist-"));
afterAll(() => rm(copy, { recursive: true, force: true }));
await cp(join(root, "dist"), copy, { recursive: true });
const server = join(copy, "node/server.js");
const sdk = join(copy, "node/tracing.js");
const marks = /BatchSpanProcessor|forceFlush|OTLPExport|W3CTraceContext/;

describe("without an endpoint for traces", async () => {
  const text = await readFile(sdk, "utf8");
  await rm(sdk);

  test("OpenTelemetry's SDK reads no variable by itself: it gets the values that both runtimes read", () => {
    expect(text).not.toMatch(/process\.env|getStringFromEnv|OTEL_EXPORTER_OTLP_ENDPOINT/);
  });

  test("OpenTelemetry's SDK is in one file, which no other holds a part of", async () => {
    expect(text).toMatch(marks);
    const others = (await readdir(join(copy, "node"))).filter((name) => name.endsWith(".js"));
    expect(others).toContain("app.js");
    for (const name of others) expect(await readFile(join(copy, "node", name), "utf8"), name).not.toMatch(marks);
  });

  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };

  test.each([{}, { ...endpoint, OTEL_TRACES_EXPORTER: "none" }, { ...endpoint, OTEL_SDK_DISABLED: "true" }] as Record<
    string,
    string
  >[])("or with tracing turned off the server runs with the SDK's file deleted: %o", async (env) => {
    const child = await startChild(server, env);
    const answers = await Promise.all(
      ["/rate_limit", "/metrics", "/docs"].map((path) => fetch(`http://127.0.0.1:${child.port}${path}`)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    await child.stop();
  });

  test("and with an endpoint it does not: that file is the SDK", async () => {
    const starting = startChild(server, endpoint);
    await expect(starting).rejects.toThrow(/MODULE_NOT_FOUND[^]*tracing|tracing\.js[^]*MODULE_NOT_FOUND/);
  });
});
