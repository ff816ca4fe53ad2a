import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { readEnvFiles } from "./env-files.mjs";
// @ts-expect-error: a script, without types
import { toBindings } from "./bindings.mjs";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "edge-gists-env-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("the environment goes before .dev.vars, and that before .env", () => {
  writeFileSync(join(folder, ".env"), "A=env\nB=env\nC=env\n");
  writeFileSync(join(folder, ".dev.vars"), '# a comment\nA="vars"\nB=vars\n');
  expect(readEnvFiles(folder, { A: "environment" })).toEqual({
    files: [".env", ".dev.vars"],
    settings: { B: "vars", C: "env" },
  });
});

test("a folder without such files has no settings", () => {
  expect(readEnvFiles(folder, {})).toEqual({ files: [], settings: {} });
});

test("a Worker gets its settings and what is nearly one, and nothing else of the environment", () => {
  const env = {
    GITHUB_TOKEN: "a",
    CLIENT_MISSES_PER_MINUTE: "1",
    FARO_URL: "/b",
    OTEL_SERVICE_NAME: "c",
    CACHE_TTL: "2",
    PORT: "1",
    REDIS_URL: "redis://d",
    AWS_SECRET_ACCESS_KEY: "e",
    HOME: "/f",
    OWN: "g",
  };
  const { PORT: _port, REDIS_URL: _redis, AWS_SECRET_ACCESS_KEY: _key, HOME: _home, ...wanted } = env;
  expect(toBindings(env, ["OWN", "REDIS_URL"])).toEqual(wanted);
});
