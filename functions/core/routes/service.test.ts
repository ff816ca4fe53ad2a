import { describe, expect, test } from "vitest";
import { createService, seen } from "../../../test/support/ports.ts";

describe("health", () => {
  test("is alive, and names the build's version", async () => {
    const { get } = createService({ ports: { isReady: () => false } });
    expect(await (await get("/health")).json()).toEqual({ status: "healthy", version: "1.2.3" });
  });

  test("is ready until the process drains, then responds with 503", async () => {
    let ready = true;
    const { get } = createService({ ports: { isReady: () => ready } });
    expect(await (await get("/health/ready")).json()).toEqual({ status: "ready" });
    ready = false;
    const draining = await get("/health/ready");
    expect(draining.status).toBe(503);
    expect(await draining.json()).toMatchObject({ status: "503", message: expect.any(String) });
  });
});

describe("rate_limit", () => {
  test("is GitHub's shape, and costs no call", async () => {
    const { get, github } = createService({ env: { BUDGET_RESERVE_PERCENT: "0" } });
    const body = await (await get("/rate_limit")).json();
    expect(body).toMatchObject({
      rate: { limit: 60, remaining: 60, used: 0 },
      resources: {
        core: { limit: 60 },
        search: { limit: 0 },
        graphql: { limit: 0 },
        integration_manifest: { limit: 0 },
      },
    });
    expect(github.calls).toEqual([]);
  });

  test("has the figures of GitHub's last response, as the header fields have", async () => {
    const { get, github } = createService({ env: { GITHUB_TOKEN: "good" } });
    github.limit({ who: "good", limit: 5000, used: 4000 } as never);
    await get("/octocat");
    const response = await get("/rate_limit");
    const { rate, resources } = (await response.json()) as Record<string, Record<string, number>>;
    expect(rate).toEqual(resources?.["core"]);
    for (const name of ["limit", "remaining", "used", "reset"])
      expect(response.headers.get(`x-ratelimit-${name}`)).toBe(String(rate?.[name]));
  });
});

test("rate_limit shows no call that is reserved for revalidation", async () => {
  const { get } = createService({ env: { GITHUB_TOKEN: "good", BUDGET_RESERVE_PERCENT: "5" } });
  const read = async () => ((await (await get("/rate_limit")).json()) as { rate: object }).rate;
  expect(await read()).toMatchObject({ limit: 4750, remaining: 4750, used: 0 });
  await get("/octocat");
  expect(await read()).toMatchObject({ limit: 4750, remaining: 4749, used: 1 });
});

describe("metrics", () => {
  test.each([
    [{}, "text/plain; version=0.0.4; charset=utf-8"],
    [{ accept: "application/openmetrics-text" }, "application/openmetrics-text; version=1.0.0; charset=utf-8"],
  ])("for %j are %s", async (headers: Record<string, string>, contentType) => {
    const { get } = createService();
    const response = await get("/metrics", { headers });
    expect(response.headers.get("content-type")).toBe(contentType);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect((await response.text()).endsWith("# EOF\n")).toBe("accept" in headers);
  });
});

describe("the root", () => {
  test("is a page for a browser, and URL templates for anything else", async () => {
    const { get } = createService({ env: { PUBLIC_HOSTS: "gists.example" } });
    const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    expect((await get("/", { headers: { accept: browser } })).headers.get("content-type")).toBe(
      "text/html; charset=utf-8",
    );
    for (const accept of [
      "*/*",
      "application/json",
      "application/vnd.github+json",
      "text/html;q=0",
      "text/html;q=x",
      "image/png",
    ]) {
      const response = await get("/", { headers: { accept } });
      expect(response.headers.get("content-type"), accept).toBe("application/json; charset=utf-8");
      expect(await response.json()).toMatchObject({ gist_url: "https://gists.example/gists/{gist_id}" });
    }
  });

  test("names served addresses only", async () => {
    const { get } = createService();
    const templates = (await (await get("/")).json()) as Record<string, string>;
    const values: Record<string, string> = {
      gist_id: "aa5a315d61ae9438b18d00000000c045",
      sha: "0".repeat(40),
      comment_id: "5000001",
      filename: "snippet.css",
      username: "octocat",
    };
    for (const template of Object.values(templates)) {
      const url = template
        // A query parameter that must be there.
        .replace(/\{\?url\b[^}]*\}/, `?url=https://gist.github.com/${values["gist_id"]}`)
        .replaceAll(/\{\?[^}]*\}/g, "")
        .replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
      const { status, body } = await seen(await get(url, {}, { trusted: false, routed: true }));
      // GitHub responds that no such revision exists: the path is served nevertheless.
      expect(template.includes("{sha}") ? [404, 422] : [200], `${url}: ${body.slice(0, 200)}`).toContain(status);
    }
  });
});

describe("pages and files", () => {
  test("have a policy that forbids inline and foreign scripts", async () => {
    const { get } = createService();
    for (const path of ["/docs", "/assets/style.css", "/favicon.ico"]) {
      const response = await get(path);
      expect(response.status).toBe(200);
      const policy = response.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });

  test.each([
    "/assets/none.css",
    "/assets/",
    "/assets/a/b",
    "/assets/%2e%2e%2fpackage.json",
    "/assets/..%5cpackage.json",
    "/assets/__proto__",
  ])("%s is not one of them", async (path) => {
    const { get, github } = createService();
    expect([400, 404]).toContain((await get(path)).status);
    expect(github.calls).toEqual([]);
  });

  test("robots.txt and favicon.ico are served by this service", async () => {
    const { get, github } = createService();
    expect(await (await get("/robots.txt")).text()).toContain("Disallow: /");
    expect((await get("/favicon.ico")).headers.get("content-type")).toBe("image/x-icon");
    expect(github.calls).toEqual([]);
  });
});
