import { describe, expect, test } from "vitest";
import { expectErrorBody, expectLocalError } from "./support/errors.ts";
import {
  expectHeadLikeGet,
  expectNothingAfterHead,
  expectOptions,
  expectRefused,
  refusedMethods,
} from "./support/methods.ts";
import { pages, resources } from "./support/resources.ts";
import { useQuietService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { standIn } from "./support/stand-in.ts";

// Operations: operations.test.ts.
describe.each(pages)("%s", (path) => {
  test("HEAD is GET without the body: the same status and headers", () => expectHeadLikeGet(shared, path));

  test("HEAD over a raw socket sends no byte after the head", () => expectNothingAfterHead(shared, path));

  test("OPTIONS says which methods there are", () => expectOptions(shared, path));

  test.each(refusedMethods)("%s is refused with 405 and Allow", (method) => expectRefused(shared, path, method));
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
    "/users/octocat/repos",
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

  test("a body does not change a cached response", async () => {
    const [path = ""] = [await resources[0]?.path(shared.github)];
    const body = '{"per_page":1}';
    const headers = [`Content-Length: ${body.length}`, "Content-Type: application/json"];
    const withBody = await shared.raw({ target: path, headers, body });
    const without = await shared.raw({ target: path });
    expect(withBody.status).toBe(200);
    expect(withBody.body.equals(without.body)).toBe(true);
  });
});
