import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { settings, toConfig } from "./config.ts";
import { ConfigError } from "./parser.ts";

/** The error message for these settings; fails if they are accepted. */
function refusal(env: Record<string, unknown>): string {
  try {
    toConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(env)}`);
}

describe("settings", () => {
  test("have defaults that match the documentation", () => {
    expect(toConfig({}).PUBLIC_URL).toBeUndefined();
    expect(toConfig({})).toMatchObject({
      GITHUB_TOKEN: [],
      GITHUB_API_URL: "https://api.github.com",
      CORS_ORIGINS: ["*"],
      CACHE_TTL_SECONDS: 60,
      UPSTREAM_TIMEOUT_MS: 10_000,
      LOG_LEVEL: "info",
    });
  });

  test("that are empty strings count as unset", () => {
    const empty = Object.fromEntries(Object.keys(settings).map((name) => [name, ""]));
    expect(toConfig(empty)).toEqual(toConfig({}));
  });

  test("are all described, for docs/settings.md", () => {
    for (const [name, schema] of Object.entries(settings)) expect(schema.description, name).toMatch(/\S.*\.$/);
  });

  test("of other programs are ignored", () => {
    expect(toConfig({ PATH: "/bin", cache_ttl_seconds: "5" })).toEqual(toConfig({}));
  });

  test("that are numbers may be given as numbers, as in wrangler.toml, or as digits", () => {
    expect(toConfig({ CACHE_TTL_SECONDS: 5 }).CACHE_TTL_SECONDS).toBe(5);
    expect(toConfig({ CACHE_TTL_SECONDS: " 05 " }).CACHE_TTL_SECONDS).toBe(5);
  });

  test("that are lists are split at commas, without blanks", () => {
    expect(toConfig({ GITHUB_TOKEN: " ghp_a, ghp_b,, " }).GITHUB_TOKEN).toEqual(["ghp_a", "ghp_b"]);
    expect(toConfig({ GITHUB_TOKEN: " " }).GITHUB_TOKEN).toEqual([]);
    expect(toConfig({ CORS_ORIGINS: "https://a.example, http://localhost:3000" }).CORS_ORIGINS).toHaveLength(2);
  });

  test("that are base URLs lose the trailing slash and are normalized as URLs", () => {
    expect(toConfig({ PUBLIC_URL: "HTTPS://Gists.Example/api//" }).PUBLIC_URL).toBe("https://gists.example/api");
    expect(toConfig({ GITHUB_API_URL: "http://localhost:8081/" }).GITHUB_API_URL).toBe("http://localhost:8081");
  });

  test("that are base URLs can break no header field", () => {
    const url = toConfig({ PUBLIC_URL: 'https://a.example/x>; rel="next' }).PUBLIC_URL;
    expect(url).not.toMatch(/[<>"\s]/);
  });
});

test("a ratio may have a fraction", () => {
  const good: [string, number][] = [
    ["0", 0],
    ["1", 1],
    ["0.25", 0.25],
    [".5", 0.5],
    ["1.0", 1],
  ];
  for (const [text, value] of good) expect(toConfig({ LOG_HIT_RATIO: text }).LOG_HIT_RATIO).toBe(value);
  for (const text of ["1.1", "1,5", "50%", "."]) expect(refusal({ LOG_HIT_RATIO: text })).toContain("LOG_HIT_RATIO");
});

describe("an invalid setting", () => {
  const marker = "s3cr3t";
  const wrong: [string, unknown][] = [
    ["GITHUB_TOKEN", `${marker}\nx`],
    ["GITHUB_TOKEN", `good,${marker} x`],
    ["GITHUB_TOKEN", `${marker}é`],
    ["GITHUB_TOKEN", 5],
    ["GITHUB_API_URL", `${marker}`],
    ["GITHUB_API_URL", `ftp://${marker}.example`],
    ["GITHUB_API_URL", `https://u:${marker}@api.example`],
    ["PUBLIC_URL", `https://:${marker}@a.example`],
    ["PUBLIC_URL", `https://a.example/?${marker}`],
    ["PUBLIC_URL", `https://a.example/${marker}?`],
    ["PUBLIC_URL", `https://a.example/#${marker}`],
    ["PUBLIC_URL", `javascript:${marker}`],
    ["PUBLIC_HOSTS", `https://${marker}.example/`],
    ["PUBLIC_HOSTS", `a.example,ftp://${marker}.example`],
    ["PUBLIC_HOSTS", `user@${marker}.example`],
    ["PUBLIC_HOSTS", `${marker}.example:99999`],
    ["PUBLIC_HOSTS", "*"],
    ["CORS_ORIGINS", `https://${marker}.example/`],
    ["CORS_ORIGINS", `${marker}.example`],
    ["CORS_ORIGINS", `https://a.example https://${marker}.example`],
    ["CORS_ORIGINS", "null"],
    ["LOG_LEVEL", marker],
    ["LOG_LEVEL", "INFO "],
  ];
  test.each(wrong)("of %s is refused by its name, never its value (%j)", (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name}: must (?:be|hold) [^;]+$`));
    expect(message).not.toContain(marker);
    if (typeof value === "string") expect(message).not.toContain(value);
  });

  const numbers = Object.entries(toConfig({})).flatMap(([name, value]) => (typeof value === "number" ? [name] : []));

  test("of any numeric kind is refused unless it is a plain number in its range", () => {
    expect(numbers.length).toBeGreaterThan(5);
    const value = fc.constantFrom<unknown>(
      "-1",
      "1e3",
      "0x10",
      "60s",
      "NaN",
      "Infinity",
      "٣",
      "1 0",
      " ",
      "99999999999999",
      true,
      null,
      -1,
      1.5e15,
      Number.NaN,
      [],
      {},
    );
    fc.assert(
      fc.property(fc.constantFrom(...numbers), value, (name, given) => {
        const message = refusal({ [name]: given });
        expect(message).toMatch(new RegExp(`^${name}: must be a (?:whole )?number from \\d+ to \\d+$`));
      }),
    );
  });

  test("is named together with every other invalid one", () => {
    const message = refusal({ CACHE_TTL_SECONDS: "x", LOG_LEVEL: "y", PUBLIC_URL: "z" });
    for (const name of ["CACHE_TTL_SECONDS", "LOG_LEVEL", "PUBLIC_URL"]) expect(message).toContain(`${name}: `);
  });

  test("of any text never shows in the message", () => {
    const secret = fc.stringMatching(/^[a-z0-9]{8,20}$/).map((text) => `ghp_${text}`);
    fc.assert(
      fc.property(secret, fc.constantFrom("\n", "\u0000", " ", "é"), (token, odd) => {
        expect(refusal({ GITHUB_TOKEN: `${token}${odd}${token}` })).not.toContain(token);
      }),
    );
  });
});
