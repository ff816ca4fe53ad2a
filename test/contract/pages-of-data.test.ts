import { describe, expect, inject, test } from "vitest";
import { isReachable } from "./support/resources.ts";
import { useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";

const runtime = inject("runtime");

/** The `Accept` of a navigation in Chromium, Firefox and Safari, and of a program that takes HTML only. */
const browsers = [
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
  "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "text/html",
];

/** `Accept` of programs: curl, Octokit, Prometheus, the default of Java's clients, and others that name HTML. */
const programs = [
  "*/*",
  "application/vnd.github+json",
  "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
  "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
  "text/*",
  "application/json, text/html",
  "text/html;q=0.5, application/json",
  "",
];

// The gateway lets nobody outside have metrics.
const metrics = runtime === "gateway" ? [] : [["/metrics", 200] as const];
const addresses = [...metrics, ["/rate_limit", 200] as const, ["/no/such/path", 404] as const];

const html = "text/html; charset=utf-8";

describe.each(addresses)("%s", (path, status) => {
  test.each(browsers)("is a page for Accept: %s", async (accept) => {
    const response = await shared.get(path, { headers: { accept } });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe(html);
    expect(response.headers.get("vary")).toMatch(/(^|, )Accept(,|$)/);
    expect(response.headers.get("content-security-policy")).toMatch(/script-src 'self';.*trusted-types 'none'/);
    const text = await response.text();
    expect(text).toMatch(/^<!doctype html>/);
    expect(text, "a way back").toMatch(/class="brand" href="[./]+"/);
  });

  test("the page has no figure in it: its script asks for them under the rules of this address", async () => {
    const response = await shared.get(path, { headers: { accept: browsers[0]! } });
    expect(await response.text()).not.toMatch(/# HELP|"remaining"|_total/);
  });

  test.each(programs)("is data for Accept: %s, as without any", async (accept) => {
    const [plain, response] = [
      await shared.raw({ target: path }),
      await shared.raw({ target: path, headers: [`Accept: ${accept}`] }),
    ];
    expect(response.status).toBe(status);
    expect(response.header("vary")).toMatch(/(^|, )Accept(,|$)/);
    if (!/openmetrics/.test(accept) || path !== "/metrics")
      expect(response.header("content-type")).toBe(plain.header("content-type"));
    expect(response.header("content-type")).not.toMatch(/html/);
    if (path === "/metrics") expect(response.text).toMatch(/^# (HELP|TYPE) /);
    else expect(Object.keys(JSON.parse(response.text))).toEqual(Object.keys(JSON.parse(plain.text)));
    if (status === 404) expect(response.text).toBe(plain.text);
  });

  test.each([browsers[0]!, "*/*"])("HEAD has the fields of GET for Accept: %s", async (accept) => {
    const [get, head] = await Promise.all(
      ["GET", "HEAD"].map((method) => shared.raw({ method, target: path, headers: [`Accept: ${accept}`] })),
    );
    expect(head!.text).toBe("");
    for (const name of ["content-type", "vary", "cache-control", "content-security-policy", "etag"])
      expect(head!.header(name), name).toBe(get!.header(name));
    expect(head!.status).toBe(get!.status);
  });
});

describe("the page of an unknown path", () => {
  // A gateway makes one slash of many: the service does not know how deep the browser is.
  const doubled = runtime === "gateway" ? [] : ["/no//such"];
  test.each(["/no/such/path", "/no/such/path/", "/api/v3/no/such", "/health/none?x=1", "/%3Cscript%3E/x", ...doubled])(
    "%s finds its files, wherever it is",
    async (path) => {
      const response = await shared.get(path, { headers: { accept: browsers[0]! } });
      expect(response.status).toBe(404);
      const text = await response.text();
      expect(text, "nothing of the path").not.toMatch(/no\/such|health\/none|script%3E/i);
      const files = [...text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, file = ""]) => file);
      expect(files.length).toBeGreaterThan(6);
      for (const file of files) {
        const { pathname } = new URL(file, `${shared.url}${path}`);
        expect((await shared.get(pathname)).status, file).toBe(isReachable(pathname) ? 200 : 403);
      }
    },
  );

  test("is for visits only: another method gets JSON", async () => {
    const response = await shared.get("/no/such/path", { method: "POST", headers: { accept: browsers[0]! } });
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  });

  test("an address of the API stays JSON, whoever asks", async () => {
    for (const path of ["/users/nobody-of-that-name/gists", "/octocat?per_page=1"]) {
      const { headers } = await shared.get(path, { headers: { accept: browsers[0]! } });
      expect(headers.get("content-type"), path).toBe("application/json; charset=utf-8");
    }
  });

  describe("below the path of PUBLIC_URL", () => {
    const service = useService({ PUBLIC_URL: "https://gists.example/cache" });

    test.each(["/cache/no/such", "/no/such"])("%s finds its files", async (path) => {
      const text = await (await service.get(path, { headers: { accept: "text/html" } })).text();
      const [, file = ""] = /src="([^"]+)"/.exec(text) ?? [];
      const { pathname } = new URL(file, `${service.url}${path}`);
      expect(pathname).toMatch(path.startsWith("/cache") ? /^\/cache\/assets\// : /^\/assets\//);
      expect((await service.get(pathname)).status).toBe(200);
    });
  });
});
