import { describe, expect, test } from "vitest";
import { freshName, freshSince } from "./support/fresh.ts";
import { items } from "./support/headers.ts";
import { useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";

const exposed = [
  "etag",
  "link",
  "age",
  "cache-status",
  "deprecation",
  "retry-after",
  "sunset",
  "x-github-media-type",
  "x-github-api-version-selected",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-used",
  "x-ratelimit-reset",
  "x-ratelimit-resource",
];

const origin = "https://reader.example";

/** The fields that a preflight of api.github.com itself allows (measured in October 2026). */
const allowedByGitHub = [
  "authorization",
  "content-type",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-unmodified-since",
  "accept-encoding",
  "x-github-otp",
  "x-requested-with",
  "user-agent",
  "graphql-features",
  "x-github-next-global-id",
  "x-github-api-version",
  "x-fetch-nonce",
  "copilot-integration-id",
  "dd-client-token",
  "x-client-application",
];

describe("any origin, the default", () => {
  test.each([
    ["a list", 200, () => `/octocat?since=${freshSince()}`],
    ["an unknown user", 404, () => `/${freshName()}`],
    ["a bad parameter", 422, () => "/octocat?per_page=x"],
    ["a name that cannot exist", 404, () => "/_octocat"],
    ["an unknown path", 404, () => "/no/such/path"],
    ["/rate_limit", 200, () => "/rate_limit"],
    ["/openapi.json", 200, () => "/openapi.json"],
  ])("%s can be read by any site, without credentials", async (_what, status, path) => {
    const response = await shared.get(path(), { headers: { origin } });
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(items(response, "access-control-expose-headers")).toEqual(expect.arrayContaining(exposed));
  });

  test("the response without an origin is the same, so that one cached copy serves all", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const without = await shared.get(path);
    const withOrigin = await shared.get(path, { headers: { origin } });
    expect(without.headers.get("access-control-allow-origin")).toBe("*");
    expect(items(withOrigin, "vary")).not.toContain("origin");
    expect(items(without, "vary")).toEqual(items(withOrigin, "vary"));
  });

  test("a 304 and a 405 carry the fields too", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const etag = (await shared.get(path)).headers.get("etag") ?? "";
    const unchanged = await shared.get(path, { headers: { origin, "if-none-match": etag } });
    expect(unchanged.status).toBe(304);
    expect(unchanged.headers.get("access-control-allow-origin")).toBe("*");
    const refused = await shared.get(path, { method: "DELETE", headers: { origin } });
    expect(refused.status).toBe(405);
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("a preflight allows what GitHub's own does, and may be kept for a day", async () => {
    const response = await shared.get("/users/octocat/gists", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "GET",
        "access-control-request-headers": allowedByGitHub.join(","),
      },
    });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(items(response, "access-control-allow-methods")).toEqual(expect.arrayContaining(["get", "head", "options"]));
    expect(items(response, "access-control-allow-headers")).toEqual(
      expect.arrayContaining([
        ...allowedByGitHub,
        "cache-control",
        "range",
        "if-range",
        "traceparent",
        "tracestate",
        "baggage",
      ]),
    );
    expect(response.headers.get("access-control-max-age")).toBe("86400");
  });
});

describe("a list of origins", () => {
  const service = useService({ CORS_ORIGINS: "https://one.example, https://two.example" });

  test.each(["https://one.example", "https://two.example"])("%s may read", async (listed) => {
    const response = await service.get(`/octocat?since=${freshSince()}`, { headers: { origin: listed } });
    expect(response.headers.get("access-control-allow-origin")).toBe(listed);
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(items(response, "access-control-expose-headers")).toEqual(expect.arrayContaining(exposed));
    expect(items(response, "vary")).toContain("origin");
  });

  test.each(["https://three.example", "http://one.example", "https://one.example.evil.example", "null"])(
    "%s may not",
    async (other) => {
      const response = await service.get(`/octocat?since=${freshSince()}`, { headers: { origin: other } });
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
      expect(items(response, "vary")).toContain("origin");
    },
  );

  test("responses vary by origin even if a request has none, and on errors", async () => {
    expect(items(await service.get(`/octocat?since=${freshSince()}`), "vary")).toContain("origin");
    expect(items(await service.get("/octocat?per_page=x"), "vary")).toContain("origin");
  });

  test("one cached response names each client's own origin", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const first = await service.get(path, { headers: { origin: "https://one.example" } });
    const second = await service.get(path, { headers: { origin: "https://two.example" } });
    expect(second.headers.get("cache-status")).toContain("hit");
    expect(first.headers.get("access-control-allow-origin")).toBe("https://one.example");
    expect(second.headers.get("access-control-allow-origin")).toBe("https://two.example");
  });

  test("a preflight allows the listed origins only", async () => {
    const preflight = (from: string) =>
      service.get("/octocat", { method: "OPTIONS", headers: { origin: from, "access-control-request-method": "GET" } });
    const allowed = await preflight("https://one.example");
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://one.example");
    expect(items(allowed, "vary")).toContain("origin");
    const refused = await preflight("https://three.example");
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
    expect(items(refused, "vary")).toContain("origin");
  });
});
