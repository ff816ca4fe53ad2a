import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../core/config/parser.ts";
import { nodeSettings } from "./config.ts";

function refusal(env: Record<string, string>): string {
  try {
    parseConfig(nodeSettings, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("the container's settings", () => {
  test("have defaults, empty strings counting as unset", () => {
    const empty = Object.fromEntries(Object.keys(nodeSettings).map((name) => [name, ""]));
    const parsed = parseConfig(nodeSettings, empty);
    expect(parsed).toMatchObject({ PORT: 8080, TRUSTED_PROXIES: [], SHUTDOWN_GRACE_MS: 20_000, CACHE_TTL_SECONDS: 60 });
    expect(parsed).toEqual(parseConfig(nodeSettings, {}));
    expect(parsed.HOST).toBeUndefined();
  });

  test("are all described, for docs/settings.md", () => {
    for (const [name, schema] of Object.entries(nodeSettings)) expect(schema.description, name).toMatch(/\S.*\.$/);
  });

  test("take networks in any of their forms", () => {
    const text = "10.0.0.0/8, 192.0.2.7,2001:db8::/32 , ::1, 0.0.0.0/0";
    expect(parseConfig(nodeSettings, { TRUSTED_PROXIES: text }).TRUSTED_PROXIES).toHaveLength(5);
  });

  test("take a URL from a file that ends with a line feed", () => {
    const given = { REDIS_URL: "rediss://:secret@redis.example:6380/1\n" };
    expect(parseConfig(nodeSettings, given).REDIS_URL).toBe("rediss://:secret@redis.example:6380/1");
  });

  test.each([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["KEEP_ALIVE_TIMEOUT_MS", "75s"],
    ["HEADERS_TIMEOUT_MS", "60s"],
    ["REQUEST_TIMEOUT_MS", "1e9"],
    ["PORT", "http"],
    ["PORT", "0x50"],
    ["SHUTDOWN_GRACE_MS", "20s"],
    ["TRUSTED_PROXIES", "172.16.0.0/"],
    ["TRUSTED_PROXIES", "10.0.0.0/33"],
    ["TRUSTED_PROXIES", "10.0.0.0/0x8"],
    ["TRUSTED_PROXIES", "10.0.0.0/8/8"],
    ["TRUSTED_PROXIES", "172.16.0"],
    ["TRUSTED_PROXIES", "2001:db8::/129"],
    ["TRUSTED_PROXIES", "proxy.internal.example"],
    ["TRUSTED_PROXIES", "10.0.0.0/8 192.168.0.0/16"],
    ["TRUSTED_PROXIES", "*"],
    ["REDIS_URL", "https://user:s3cr3t@redis.example"],
    ["REDIS_URL", "s3cr3t.example:6379"],
    ["REDIS_URL", "s3cr3t"],
  ])("refuse %s=%s by its name, never its value", (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name}: must (?:be|hold) [^;]+$`));
    expect(message).not.toContain(value);
    expect(message).not.toContain("s3cr3t");
  });
});
