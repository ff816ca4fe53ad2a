import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { fields, guard } from "./guard.ts";

const app = new Hono()
  .use(
    fields,
    guard(() => 8082),
  )
  .get("/", (c) => c.text("page"))
  .get("/state", (c) => c.text("figures"))
  .post("/do/heal", (c) => c.text("healed"));

const own = { host: "localhost:8082" };
const json = { "content-type": "application/json" };

const ask = async (method: string, path: string, headers: Record<string, string>) =>
  (await app.request(path, { method, headers })).status;

describe("the cockpit's own page", () => {
  test.each(["localhost:8082", "127.0.0.1:8082", "[::1]:8082", "LOCALHOST:8082"])("as %s is let in", async (host) => {
    const browser = { host, "sec-fetch-site": "same-origin" };
    expect(await ask("GET", "/state", browser)).toBe(200);
    expect(await ask("POST", "/do/heal", { ...browser, ...json, origin: `http://${host.toLowerCase()}` })).toBe(200);
  });

  test("is let in where a user typed its address, or followed a link", async () => {
    for (const site of ["none", "cross-site"])
      expect(await ask("GET", "/", { ...own, "sec-fetch-site": site, "sec-fetch-mode": "navigate" })).toBe(200);
  });

  test("programs without a browser's fields are let in", async () => {
    expect(await ask("POST", "/do/heal", { ...own, ...json })).toBe(200);
  });
});

describe("another site", () => {
  test.each([
    ["a name of its own that leads here", { host: "evil.example:8082" }],
    ["a name of its own without a port", { host: "evil.example" }],
    ["localhost on another port", { host: "localhost:80" }],
    ["a script that reads", { ...own, origin: "http://evil.example", "sec-fetch-site": "cross-site" }],
    ["another port of this machine", { ...own, origin: "http://localhost:8080", "sec-fetch-site": "same-site" }],
    ["a browser that sends no Sec-Fetch-Site", { ...own, origin: "http://evil.example" }],
    ["an image or a script element", { ...own, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["a document without an origin", { ...own, origin: "null" }],
  ])("by %s is refused", async (_, headers) => {
    expect(await ask("GET", "/state", headers)).toBe(403);
    expect(await ask("POST", "/do/heal", { ...headers, ...json })).toBe(403);
  });

  test("by a form is refused, though it is a navigation", async () => {
    const form = { ...own, "content-type": "text/plain", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(await ask("POST", "/do/heal", { ...form, origin: "http://evil.example" })).toBe(403);
    expect(await ask("POST", "/do/heal", { ...own, "content-type": "text/plain" })).toBe(415);
  });

  test("can neither frame nor read it", async () => {
    const { headers } = await app.request("/", { headers: own });
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });
});
