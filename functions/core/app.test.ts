import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createService, seen, toPeer } from "../../test/support/ports.ts";
import { failures } from "./errors.ts";

const get = createService().get;

describe("any request", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "gists",
      "users",
      "octocat",
      "public",
      "..",
      "%2e%2e",
      "%",
      "%00",
      "%ff",
      "\\",
      "//",
      "?",
      "#",
      "&",
      "=",
    ),
    fc.constantFrom(
      "health",
      "metrics",
      "rate_limit",
      "openapi.json",
      "assets",
      "__proto__",
      "constructor",
      "comments",
    ),
    fc.string({ unit: "grapheme", maxLength: 8 }),
  );
  const target = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join("/")}`);
  const method = fc.constantFrom("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "x-hostile");

  test("gets no 5xx, and its error has GitHub's shape", async () => {
    await fc.assert(
      fc.asyncProperty(target, method, async (path, verb) => {
        const url = `https://gists.example${path}`;
        fc.pre(URL.canParse(url));
        const response = await get(url, { method: verb });
        expect(response.status).toBeLessThan(500);
        const text = await response.text();
        if (verb === "HEAD") expect(text).toBe("");
        if (response.status < 400 || verb === "HEAD") return;
        expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
        expect(JSON.parse(text)).toMatchObject({
          message: expect.any(String),
          documentation_url: expect.stringMatching(/^https:\/\/docs\.github\.com\//),
          status: String(response.status),
        });
      }),
      { numRuns: 400 },
    );
  });

  test("gets a response with the security fields, the quota and CORS", async () => {
    for (const path of ["/", "/docs", "/health", "/metrics", "/octocat", "/no/such/path", "/%zz", "/_x"]) {
      const { headers } = await get(path);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("content-security-policy"), path).toContain("default-src 'none'");
      expect(headers.get("access-control-allow-origin"), path).toBe("*");
      expect(headers.get("x-ratelimit-resource"), path).toBe("core");
      expect(headers.get("vary"), path).toBe("Accept, X-GitHub-Api-Version");
    }
  });
});

describe("a request that no route should see", () => {
  test("is refused by its target as received, before a parser normalizes it", async () => {
    const { get, github } = createService();
    for (const raw of ["/users/../octocat", "/%2e%2e/octocat", "/octocat/.", "/octocat%00", "/%c0%ae%c0%ae"]) {
      const response = await get("/octocat", {}, toPeer(false, raw));
      expect(response.status, raw).toBe(400);
    }
    expect((await get("/octocat", {}, toPeer(false, `/octocat?a=${"b".repeat(8192)}`))).status).toBe(414);
    expect(github.calls).toEqual([]);
  });

  test("carries a body that is too large", async () => {
    const ask = (length: string) => get("/octocat", { headers: { "content-length": length } });
    expect((await ask("16385")).status).toBe(413);
    expect((await ask("16384")).status).toBe(200);
  });
});

describe("OPTIONS", () => {
  test("is a preflight on any path, without a body or a call to GitHub", async () => {
    const { get, github } = createService();
    for (const path of ["/octocat", "/gists/public", "/no/such/path"]) {
      const response = await get(path, { method: "OPTIONS", headers: { origin: "https://app.example" } });
      expect(response.status).toBe(204);
      expect(response.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
      expect(response.headers.get("access-control-allow-methods")).toBe("GET, HEAD, OPTIONS");
      expect(await response.text()).toBe("");
    }
    expect(github.calls).toEqual([]);
  });

  test("with a list of origins varies by them", async () => {
    const { get } = createService({ env: { CORS_ORIGINS: "https://app.example" } });
    const listed = await get("/octocat", { headers: { origin: "https://app.example" } });
    const other = await get("/octocat", { headers: { origin: "https://evil.example" } });
    expect(listed.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(other.headers.has("access-control-allow-origin")).toBe(false);
    for (const { headers } of [listed, other]) expect(headers.get("vary")).toContain("Origin");
  });
});

describe("a fault of the service", () => {
  const secret = "ghp_s3cr3t redis://internal.example:6379 at /srv/app/server.js:1:2";

  test("gets a 500 without details; the log line has them all", async () => {
    const broken = createService({
      ports: {
        isReady: () => {
          throw new Error(secret);
        },
      },
    });
    const { status, headers, body } = await seen(await broken.get("/health/ready"));
    expect(status).toBe(500);
    expect(JSON.parse(body).message).toBe("The service failed to respond");
    expect(JSON.stringify({ headers, body })).not.toMatch(/s3cr3t|internal\.example|server\.js/);
    const line = broken.log.find(({ level }) => level === "error");
    expect(line?.fields.cause).toContain(secret);
    expect(line?.fields.stack).toContain("app.test");
  });

  test("in the page's files gets a 500 too, and the next request succeeds", async () => {
    let failing = true;
    const asset = async () => {
      if (failing) throw new Error(secret);
      return { body: new Uint8Array([1]), contentType: "text/html" };
    };
    const { get } = createService({ ports: { asset } });
    const broken = await seen(await get("/docs"));
    failing = false;
    expect([broken.status, (await get("/docs")).status]).toEqual([500, 200]);
    expect(broken.body).not.toContain("s3cr3t");
  });

  test("has a status of the fixed set", () => {
    expect(Object.values(failures)).toContain(500);
    expect(new Set(Object.values(failures)).size).toBe(Object.values(failures).length);
  });
});
