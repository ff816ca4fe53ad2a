import { describe, expect, test } from "vitest";
import { expectErrorBody, expectLocalError } from "./support/errors.ts";
import { items } from "./support/headers.ts";
import { local, resources } from "./support/resources.ts";
import { sendBytes, toBytes } from "./support/raw-http.ts";
import { shared, useQuietService } from "./support/service.ts";
import { standIn } from "./support/stand-in.ts";

const rows = [
  ...resources.map(({ name, path }) => ({ name, path: () => path(shared.github) })),
  ...local.map((name) => ({ name, path: () => Promise.resolve(name) })),
];

/** What differs between two answers a moment apart, or is the transport's own. */
const momentary = new Set([
  "age",
  "cache-status",
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
]);

function lasting(headers: Headers): Record<string, string> {
  const kept = [...headers].filter(([name]) => !momentary.has(name) && !/^x-(?:ratelimit|request-id|envoy)/.test(name));
  return Object.fromEntries(kept);
}

describe.each(rows)("$name", ({ name, path }) => {
  test("HEAD is GET without the body: the same status and headers", async () => {
    const at = await path();
    // fetch would decode another, and keep its length.
    const headers = { "accept-encoding": "identity" };
    const get = await shared.get(at, { headers });
    const body = await get.arrayBuffer();
    const head = await shared.get(at, { method: "HEAD", headers });
    expect(head.status).toBe(get.status);
    expect(lasting(head.headers)).toEqual(lasting(get.headers));
    expect((await head.arrayBuffer()).byteLength).toBe(0);
    const length = head.headers.get("content-length");
    // Metrics count the requests for them, so two differ in length.
    if (length !== null && name !== "/metrics") expect(Number(length)).toBe(body.byteLength);
  });

  test("HEAD over a raw socket sends no byte after the head", async () => {
    // What follows the head must be the answer to the next request.
    const head = toBytes(shared.url, { method: "HEAD", target: await path() });
    const next = toBytes(shared.url, { method: "OPTIONS", target: "/health", headers: ["Connection: close"] });
    const heads = (received: Buffer) => received.toString("latin1").split("\r\n\r\n");
    const received = await sendBytes(shared.url, Buffer.concat([head, next]), (all) => heads(all).length > 2);
    expect(heads(received)[1]).toMatch(/^HTTP\/1\.1 204 /);
  });

  test("OPTIONS says which methods there are", async () => {
    const response = await shared.get(await path(), { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    expect(items(response, "allow")).toEqual(["get", "head", "options"]);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s is refused with 405 and Allow", async (method) => {
    const response = await shared.get(await path(), { method });
    await expectLocalError(response, 405);
    expect(items(response, "allow")).toEqual(["get", "head", "options"]);
  });
});

describe("without asking GitHub", () => {
  const service = useQuietService();

  test.each(["OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"])("%s costs no call", async (method) => {
    await service.get("/octocat", { method });
    await service.get("/users/octocat/gists", { method });
    await service.get("/gists/public", { method });
    expect(await standIn(service).calls()).toEqual([]);
  });

  test("the original's DELETE /cache does nothing", async () => {
    await expectLocalError(await service.get("/cache", { method: "DELETE" }), 405);
    await expectLocalError(await service.get("/gists/public", { method: "DELETE" }), 405);
  });

  test.each([
    "/a/b/c/d",
    "/users",
    "/users/octocat",
    "/users/octocat/repos",
    "/gists",
    "/gists/starred",
    "/user",
    "/user/583231/gists",
    "/repos/a/b",
  ])("%s is no path of this service: 404 for GET and for POST", async (path) => {
    await expectLocalError(await service.get(path), 404);
    expect([404, 405]).toContain((await service.get(path, { method: "POST", body: "{}" })).status);
    expect(await standIn(service).calls()).toEqual([]);
  });
});

describe("size", () => {
  /** A target of exactly this many characters, padded by a parameter that is ignored. */
  const targetOf = (length: number) => "/health?padding=".padEnd(length, "x");

  test("a target of 8192 characters is served", async () => {
    expect((await shared.raw({ target: targetOf(8192) })).status).toBe(200);
  });

  test("a longer target is 414", async () => {
    const response = await shared.raw({ target: targetOf(8193) });
    expect(response.status).toBe(414);
    expectErrorBody(response.text, 414);
  });

  test.each(["GET", "POST"])("a %s whose body is declared larger than 16384 bytes is 413", async (method) => {
    const body = "x".repeat(16_385);
    const response = await shared.raw({ method, target: "/health", headers: [`Content-Length: ${body.length}`], body });
    expect(response.status).toBe(413);
    expectErrorBody(response.text, 413);
  });

  test("a smaller body of a GET is ignored", async () => {
    const body = "x".repeat(16_384);
    const response = await shared.raw({ target: "/health", headers: [`Content-Length: ${body.length}`], body });
    expect(response.status).toBe(200);
  });

  test("a body does not change a cached answer", async () => {
    const [path = ""] = [await resources[0]?.path(shared.github)];
    const body = '{"per_page":1}';
    const headers = [`Content-Length: ${body.length}`, "Content-Type: application/json"];
    const withBody = await shared.raw({ target: path, headers, body });
    const without = await shared.raw({ target: path });
    expect(withBody.status).toBe(200);
    expect(withBody.body.equals(without.body)).toBe(true);
  });
});
