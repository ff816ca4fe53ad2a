import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createService } from "../../../test/support/ports.ts";
import { failures } from "../errors.ts";

async function exposition(get: ReturnType<typeof createService>["get"]): Promise<string[]> {
  const text = await (await get("/metrics")).text();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

const name = (line: string) => line.slice(0, line.lastIndexOf(" "));

describe("labels", () => {
  const method = fc.oneof(
    fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "get"),
    fc.stringMatching(/^[A-Z]{4,12}$/).filter((verb) => !["TRACE", "TRACK", "CONNECT"].includes(verb)),
  );
  const path = fc.oneof(
    fc.stringMatching(/^_[a-z0-9]{1,20}$/).map((text) => `/${text}`),
    fc
      .array(fc.stringMatching(/^[a-z0-9%."{}<>-]{0,12}$/), { minLength: 1, maxLength: 6 })
      .map((parts) => `/x/${parts.join("/")}`),
    fc.stringMatching(/^[g-z]{1,20}$/).map((text) => `/gists/${text}`),
    fc.nat().map((n) => `/octocat?page=x${n}`),
    fc.constantFrom("/health", "/metrics", "/octocat", "/__proto__", "/%zz", "/%2e%2e/a"),
  );

  test("are bounded: thousands of hostile paths and methods make no new values", async () => {
    const { get } = createService();
    const known = await get("/openapi.json").then((response) => response.json() as Promise<{ paths: object }>);
    const routes = new Set([
      ...Object.keys(known.paths),
      "unmatched",
      "/",
      "/docs",
      "/assets/{name}",
      "/favicon.ico",
      "/robots.txt",
    ]);
    const methods = new Set(["GET", "HEAD", "OPTIONS", "other"]);
    const statuses = new Set([200, 204, 304, ...Object.values(failures)].map(String));
    await fc.assert(
      fc.asyncProperty(path, method, async (target, verb) => {
        await get(target, { method: verb });
      }),
      { numRuns: 3000 },
    );
    for (const line of await exposition(get)) {
      for (const [, label, value = ""] of name(line).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
        const allowed = { route: routes, method: methods, status: statuses }[label ?? ""];
        if (allowed && !line.startsWith("github_")) expect(allowed, line).toContain(value);
      }
    }
  });

  test("stay the same series once each kind of response was sent", async () => {
    const { get } = createService();
    const ask = async (n: number) => {
      for (const verb of ["GET", "HEAD", "POST", "OPTIONS", `ODD${n}`])
        for (const target of [
          `/_${n}`,
          `/x/${n}/y/z`,
          `/gists/zz${n}`,
          `/%zz${n}`,
          `/octocat?page=x${n}`,
          `/octocat?n=${n}`,
        ])
          await get(target, { method: verb });
    };
    await ask(0);
    await get("/metrics");
    const before = (await exposition(get)).map(name);
    for (let n = 1; n <= 100; n++) await ask(n);
    expect((await exposition(get)).map(name)).toEqual(before);
  });
});

describe("the count", () => {
  test("has each response once, by method, route and status", async () => {
    const { get } = createService();
    await get("/octocat");
    await get("/OCTOCAT");
    await get("/octocat", { method: "HEAD" });
    await get("/octocat", { method: "DELETE" });
    await get("/users/octocat/gists?page=x");
    const lines = await exposition(get);
    for (const line of [
      'http_requests_total{method="GET",route="/{username}",status="200"} 2',
      'http_requests_total{method="HEAD",route="/{username}",status="200"} 1',
      'http_requests_total{method="other",route="/{username}",status="405"} 1',
      'http_requests_total{method="GET",route="/users/{username}/gists",status="422"} 1',
      "cache_hits_total 2",
      "cache_misses_total 1",
      'cache_results_total{handling="HIT"} 2',
      'github_api_requests_total{status="200"} 1',
      // The request for the metrics themselves.
      "http_requests_in_flight 1",
    ])
      expect(lines).toContain(line);
  });

  test("includes faults of the service", async () => {
    const { get } = createService({ ports: { asset: () => Promise.reject(new Error("no disk")) } });
    await get("/docs");
    expect(await exposition(get)).toContain('http_requests_total{method="GET",route="/docs",status="500"} 1');
  });
});

describe("the log of a request", () => {
  test("names its route, and never text from a client", async () => {
    const { get, log } = createService();
    await get("/_forged%0Aline?token=s3cr3t", { headers: { authorization: "Bearer s3cr3t" } });
    await get("/octocat?since=s3cr3t");
    expect(log.map(({ fields }) => fields.route)).toEqual(["unmatched", "/{username}"]);
    expect(JSON.stringify(log)).not.toMatch(/s3cr3t|forged/);
  });
});
