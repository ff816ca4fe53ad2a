import { expect, test } from "vitest";
import { ConfigError, parseConfig } from "../core/config/parser.ts";
import { workerSettings } from "./config.ts";

test.each(["edge-gists", "a", "v1.2_b"])("%s is the name of a cache", (name) => {
  expect(parseConfig(workerSettings, { CACHE_API_NAME: name }).CACHE_API_NAME).toBe(name);
});

// The Cache API has no other cache of the name `default`: https://developers.cloudflare.com/workers/runtime-apis/cache/
test.each(["default", "a b", "x".repeat(65), 1])("%j is none", (name) => {
  expect(() => parseConfig(workerSettings, { CACHE_API_NAME: name })).toThrow(ConfigError);
});

test("without a name there is no cache", () => {
  expect(parseConfig(workerSettings, {}).CACHE_API_NAME).toBeUndefined();
});
