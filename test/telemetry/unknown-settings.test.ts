import { afterAll, expect, inject, onTestFinished, test } from "vitest";
import "../targets/provided.ts";
import { serveStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import type { Env } from "../../harness/target.ts";
import { logLines } from "./support/logs.ts";

const github = await serveStandIn();
afterAll(() => github.stop());
const runtime = inject("runtime");

async function start(env: Env) {
  const target = await startTarget({ runtime, github: github.url, worker: inject("worker"), env });
  onTestFinished(target.stop);
  // A Worker reads its settings at the first request.
  expect((await fetch(`${target.url}/health`)).status).toBe(200);
  const warnings = () => logLines(target.logs()).filter(({ level }) => level === "warn");
  return { target, warnings };
}

test("a misspelt setting is logged by its name, and never with its value", async () => {
  const { target, warnings } = await start({ CACHE_TTL: "s3cr3t-10", CACHE_NEGATIVE_TTL_SECONDS: "5" });
  await expect.poll(warnings, { timeout: 5000 }).toEqual([
    {
      time: expect.any(String),
      level: "warn",
      msg: "unknown setting",
      setting: "CACHE_TTL",
      nearest: "CACHE_TTL_SECONDS",
    },
  ]);
  expect(target.logs().join("\n")).not.toContain("s3cr3t");
});

test("so are another case, and a variable of OpenTelemetry", async () => {
  const { warnings } = await start({ cache_ttl_seconds: "5", OTEL_EXPORTER_ENDPOINT: "http://127.0.0.1:9" });
  const named = () => warnings().map(({ setting, nearest }) => [setting, nearest]);
  await expect.poll(named, { timeout: 5000 }).toEqual(
    expect.arrayContaining([
      ["cache_ttl_seconds", "CACHE_TTL_SECONDS"],
      ["OTEL_EXPORTER_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"],
    ]),
  );
});

test("settings, and variables of OpenTelemetry for other programs, are not", async () => {
  const { warnings } = await start({ CACHE_TTL_SECONDS: "5", OTEL_METRICS_EXPORTER: "none" });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(warnings()).toEqual([]);
});
