import { describe, expect, test } from "vitest";
import { createLayer, hang, json, stall } from "../../../test/support/github-layer.ts";
import { failureOf, textOf, toAsk } from "../../../test/support/layers.ts";

const reset = () => new TypeError("fetch failed", { cause: new Error("ECONNRESET") });
const jsonType = { "content-type": "application/json" };
const broken = () => new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
const to = (location: string, status = 302) => new Response(null, { status, headers: { location } });

describe("tries", () => {
  test.each([500, 502, 503, 504])("a %i is tried again", async (status) => {
    const { ask, sent } = createLayer([json({}, { status }), json([1])], { UPSTREAM_RETRIES: "1" });
    expect(textOf((await ask()).entry)).toBe("[1]");
    expect(sent).toHaveLength(2);
  });

  test("so is a connection that failed", async () => {
    const { ask, sent } = createLayer([reset(), json([1])], { UPSTREAM_RETRIES: "1" });
    await expect(ask()).resolves.toMatchObject({ upstreamStatus: 200 });
    expect(sent).toHaveLength(2);
  });

  test.each([200, 304, 401, 403, 404, 410, 422, 429, 451, 400, 501])("a %i is not", async (status) => {
    const reply = () => (status === 304 ? new Response(null, { status }) : json({}, { status }));
    const { ask, sent } = createLayer([reply], { UPSTREAM_RETRIES: "3" });
    await ask().catch(() => undefined);
    expect(sent).toHaveLength(1);
  });

  test.each([0, 1, 2])("%i further ones at most, and then the last failure stands", async (retries) => {
    const { ask, sent } = createLayer([() => json({}, { status: 503 })], { UPSTREAM_RETRIES: String(retries) });
    const error = await failureOf(ask());
    expect(error).toMatchObject({ failure: "bad-gateway", details: { upstreamStatus: 503 } });
    expect(sent).toHaveLength(retries + 1);
  });

  test.each([
    ["breaks off", () => new Response(broken(), { headers: jsonType })],
    ["stops", stall],
    ["is too large", () => json("x".repeat(2048))],
  ])("a response whose body %s is not tried again", async (_, reply) => {
    const env = { UPSTREAM_RETRIES: "3", UPSTREAM_TRY_TIMEOUT_MS: "50", MAX_BODY_BYTES: "2048" };
    const { ask, sent } = createLayer([reply], env);
    await failureOf(ask());
    expect(sent).toHaveLength(1);
  });

  test("the next one carries the same headers", async () => {
    const { ask, sent } = createLayer([reset(), json()], { UPSTREAM_RETRIES: "1" });
    await ask(toAsk("one", { token: { id: "i", secret: "s" }, etags: { i: '"1"' } }));
    expect(Object.fromEntries(sent[1]!.headers)).toStrictEqual(Object.fromEntries(sent[0]!.headers));
  });

  test("no connection at all is a bad gateway without a status, its cause kept for the log", async () => {
    const error = await failureOf(createLayer([reset()]).ask());
    expect(error).toMatchObject({ failure: "bad-gateway", message: "GitHub could not be reached" });
    expect(error.details.upstreamStatus).toBeUndefined();
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe("time", () => {
  test.each([
    ["never answers", hang],
    ["stops in its body", stall],
  ])("one that %s is given up after the time for a try", async (_, reply) => {
    const { ask, sent } = createLayer([reply], { UPSTREAM_TRY_TIMEOUT_MS: "20", UPSTREAM_TIMEOUT_MS: "5000" });
    const since = performance.now();
    await expect(failureOf(ask())).resolves.toMatchObject({ failure: "gateway-timeout" });
    expect(performance.now() - since).toBeLessThan(2000);
    expect(sent[0]?.signal?.aborted).toBe(true);
  });

  test.each([
    ["never answers", hang],
    ["stops in its body", stall],
  ])("one that %s is given up after the time for all tries", async (_, reply) => {
    const { ask } = createLayer([reply], { UPSTREAM_TRY_TIMEOUT_MS: "5000", UPSTREAM_TIMEOUT_MS: "20" });
    const since = performance.now();
    await expect(failureOf(ask())).resolves.toMatchObject({ failure: "gateway-timeout" });
    expect(performance.now() - since).toBeLessThan(2000);
  });

  test("a try that came to nothing leaves time for the next", async () => {
    const env = { UPSTREAM_TRY_TIMEOUT_MS: "200", UPSTREAM_RETRIES: "1" };
    let isAborted: boolean | undefined;
    const { ask } = createLayer([hang, ({ signal }) => ((isAborted = signal?.aborted), json([1]))], env);
    await expect(ask()).resolves.toMatchObject({ upstreamStatus: 200 });
    expect(isAborted).toBe(false);
  });

  test.each([
    ["an answer", [json([1])]],
    ["a second try", [reset(), json([1])]],
    ["a failure", [json({}, { status: 501 })]],
    ["no connection", [reset()]],
    ["a redirect", [to("/gists/two"), json([1])]],
  ])("nothing of a call lives on after %s", async (_, replies) => {
    const env = { UPSTREAM_TRY_TIMEOUT_MS: "500", UPSTREAM_TIMEOUT_MS: "900", UPSTREAM_RETRIES: "1" };
    const { ask, sent } = createLayer(replies, env);
    await ask().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(sent.map(({ signal }) => signal?.aborted)).toStrictEqual(sent.map(() => false));
  });

  test("once the time for all tries is over none is made any more", async () => {
    const env = { UPSTREAM_TRY_TIMEOUT_MS: "5000", UPSTREAM_TIMEOUT_MS: "20", UPSTREAM_RETRIES: "5" };
    const { ask, sent } = createLayer([hang], env);
    await failureOf(ask());
    expect(sent).toHaveLength(1);
  });

  test("a body that breaks off is a bad gateway and no timeout", async () => {
    const reply = () => new Response(broken(), { headers: jsonType });
    await expect(failureOf(createLayer([reply]).ask())).resolves.toMatchObject({ failure: "bad-gateway" });
  });
});
