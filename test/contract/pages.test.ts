import { describe, expect, test } from "vitest";
import { useQuietService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { standIn } from "./support/stand-in.ts";

/** The fields that browsers send for a typed address. */
const browser = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8" };

/** Addresses that a page loads by itself: not those of links to follow. */
function loaded(html: string): string[] {
  const attributes = [
    ...html.matchAll(
      /<(?:script|link|img|iframe|source|video|audio|embed|object)\b[^>]*?\s(?:src|href|data)="([^"]+)"/gi,
    ),
  ];
  const styles = [...html.matchAll(/(?:url\(\s*['"]?|@import\s+['"])([^'")]+)/gi)];
  return [...attributes, ...styles]
    .map(([, address = ""]) => address)
    .filter((address) => !address.startsWith("data:"));
}

async function expectWhole(path: string): Promise<void> {
  const html = await (await shared.get(path, { headers: browser })).text();
  const addresses = loaded(html);
  expect(addresses.length, "the page loads something").toBeGreaterThan(0);
  for (const address of addresses) {
    const url = new URL(address, `${shared.url}${path}`);
    expect(url.origin, `${address}: nothing from elsewhere, so that it works offline`).toBe(shared.url);
    const response = await fetch(url);
    expect(response.status, address).toBe(200);
    const text = await response.text();
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    if (url.pathname.endsWith(".css")) {
      expect(response.headers.get("content-type")).toMatch(/^text\/css/);
      for (const inner of loaded(text))
        expect(new URL(inner, url).origin, `${address} loads ${inner}`).toBe(shared.url);
    }
    if (url.pathname.endsWith(".js"))
      expect(response.headers.get("content-type")).toMatch(/^(text|application)\/javascript/);
  }
}

describe("/", () => {
  test("is a page for a browser, which links what there is", async () => {
    const response = await shared.get("/", { headers: browser });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("vary")).toMatch(/accept/i);
    const html = await response.text();
    for (const path of ["/docs", "/openapi.json", "/health", "/metrics", "/rate_limit", "/gists/public"]) {
      expect(html, `a link to ${path}`).toContain(`href="${path.slice(1)}"`);
    }
  });

  test("loads nothing from elsewhere", () => expectWhole("/"));

  test.each([undefined, "*/*", "application/json", "application/vnd.github+json", "text/html;q=0.1, application/json"])(
    "is GitHub's JSON of URL templates for Accept: %s",
    async (accept) => {
      const response = await shared.get("/", { headers: accept === undefined ? {} : { accept } });
      expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
      const templates = (await response.json()) as Record<string, string>;
      const values = Object.values(templates);
      for (const [name, value] of Object.entries(templates)) {
        expect(name).toMatch(/_url$/);
        expect(value.startsWith(`${shared.url}/`), value).toBe(true);
      }
      for (const part of ["/users/{username}/gists", "/gists/{gist_id}", "/gists/public", "/rate_limit"]) {
        expect(
          values.filter((value) => value.startsWith(`${shared.url}${part}`)),
          part,
        ).not.toEqual([]);
      }
      expect(values.join(" "), "parameters, as GitHub writes them").toMatch(/\{[?&][\w,]*per_page[\w,]*\}/);
    },
  );
});

describe("/docs", () => {
  test("is a page", async () => {
    const response = await shared.get("/docs", { headers: browser });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  });

  test("works offline: nothing is loaded from elsewhere, and all that it loads is there", () => expectWhole("/docs"));

  test("its policy lets its own files in, and no others", async () => {
    const policy = (await shared.get("/docs")).headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/script-src 'self'(;|$)|default-src 'self'/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toMatch(/connect-src 'self'|default-src 'self'/);
  });
});

describe("/robots.txt and /favicon.ico", () => {
  test("robots are told which paths cost quota", async () => {
    const response = await shared.get("/robots.txt");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(await response.text()).toMatch(/^User-agent: \*$/m);
  });

  test("there is an icon", async () => {
    const response = await shared.get("/favicon.ico");
    expect([200, 204]).toContain(response.status);
    if (response.status === 200) expect(response.headers.get("content-type")).toMatch(/^image\//);
  });
});

describe("/assets", () => {
  test.each([
    "/assets/",
    "/assets/none.js",
    "/assets/../package.json",
    "/assets/%2e%2e/package.json",
    "/assets/..%2fserver.js",
  ])("%s is no file", async (target) => {
    const response = await shared.raw({ target });
    expect([400, 404]).toContain(response.status);
    expect(response.text).not.toMatch(/"dependencies"|sourceMappingURL/);
  });
});

describe("without asking GitHub", () => {
  const service = useQuietService();

  test("all of these are served", async () => {
    for (const path of [
      "/",
      "/docs",
      "/openapi.json",
      "/robots.txt",
      "/favicon.ico",
      "/assets/none.js",
      "/health",
      "/metrics",
    ]) {
      await service.get(path);
      await service.get(path, { headers: browser });
    }
    expect(await standIn(service).calls()).toEqual([]);
  });
});
