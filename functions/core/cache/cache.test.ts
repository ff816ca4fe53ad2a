import { describe, expect, test } from "vitest";
import { createCaching } from "../../../test/support/caching.ts";
import { down, failureOf, late, limited, settle, textOf, toAnswer, toAsk } from "../../../test/support/layers.ts";
import { start } from "../../../test/support/ports.ts";
import { EdgeError } from "../errors.ts";

const etags = { token: 'W/"1"' };
const encoder = new TextEncoder();
const body = (text: string) => ({ body: encoder.encode(text), etag: `W/"${text}"` });

describe("an answer of this status", () => {
  test("200: is stored and fresh for its lifetime", async () => {
    const { ask, clock, next } = createCaching();
    expect(await ask()).toMatchObject({ handling: "MISS", forward: "miss", stored: true });
    clock.step(59_999);
    const hit = await ask();
    expect(hit).toMatchObject({ handling: "HIT", entry: { freshUntil: start + 60_000 } });
    expect(hit).not.toHaveProperty("upstreamStatus");
    expect(next.calls).toHaveLength(1);
  });

  test.each([403, 404, 410, 422, 451])(
    "%i: is stored for its shorter lifetime, and then asked anew",
    async (status) => {
      const { ask, clock, next } = createCaching();
      expect(await ask({ entry: { status } })).toMatchObject({ handling: "MISS", stored: true });
      clock.step(19_999);
      expect(await ask()).toMatchObject({ handling: "HIT", entry: { status } });
      clock.step(1);
      expect(await ask()).toMatchObject({ handling: "MISS", entry: { status: 200 } });
      expect(next.calls).toHaveLength(2);
      expect(next.calls[1]?.ask).not.toHaveProperty("etags");
    },
  );

  test("404: past its time is asked anew, also where the tier keeps it longer than it was told", async () => {
    const { ask, clock, next } = createCaching({
      store: (memory) => ({ ...memory, set: (key, entry) => memory.set(key, entry, 1e6) }),
    });
    await ask({ entry: { status: 404, upstreamEtags: etags } });
    clock.step(20_000);
    expect(await ask({ entry: { status: 404 } })).toMatchObject({ handling: "MISS", forward: "miss" });
    expect(next.calls[1]?.ask).not.toHaveProperty("etags");
  });

  test.each([
    ["down", down(500)],
    ["late", late()],
    ["limited", limited()],
  ])("a failure (%s): nothing is stored", async (_, error) => {
    const { fail, memory, next } = createCaching();
    await expect(fail(error)).resolves.toBe(error);
    await expect(fail(error)).resolves.toBe(error);
    expect(memory.size().entries).toBe(0);
    expect(next.calls).toHaveLength(2);
  });
});

describe("shortly past its time", () => {
  test("an entry is served at once, and refreshed behind: the next one gets the new bytes", async () => {
    const { ask, fetch, clock, next, background } = createCaching();
    await ask({ entry: { ...body("old"), upstreamEtags: etags } });
    clock.step(60_000);
    const stale = await fetch(toAsk());
    expect(stale).toMatchObject({ handling: "STALE", entry: { etag: 'W/"old"' } });
    expect(background.length).toBeGreaterThan(0);
    await settle();
    expect(next.calls[1]?.ask.etags).toStrictEqual(etags);
    next.calls[1]?.answer(toAnswer(clock.now(), { entry: body("new") }));
    await Promise.all(background);
    expect(textOf((await ask()).entry)).toBe("new");
    expect(next.calls).toHaveLength(2);
  });

  test("many who come meanwhile are served, and cause one call", async () => {
    const { ask, fetch, clock, next } = createCaching();
    await ask();
    clock.step(89_999);
    const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(toAsk())));
    await settle();
    expect(new Set(answers.map(({ handling }) => handling))).toStrictEqual(new Set(["STALE"]));
    expect(next.calls).toHaveLength(2);
  });

  test("a refresh behind that fails is no unhandled rejection, and is tried again", async () => {
    const { ask, fetch, clock, next, background } = createCaching();
    await ask();
    clock.step(60_000);
    for (const at of [1, 2]) {
      expect(await fetch(toAsk())).toMatchObject({ handling: "STALE" });
      await settle();
      next.calls[at]?.fail(down());
      await expect(Promise.all(background)).resolves.toBeDefined();
      await settle();
    }
    expect(next.calls).toHaveLength(3);
  });
});

describe("later", () => {
  test("an entry is revalidated first; a 304 renews it", async () => {
    const { ask, clock, next } = createCaching();
    await ask({ entry: { ...body("same"), upstreamEtags: etags } });
    clock.step(90_000);
    const answer = await ask({ entry: { body: new Uint8Array(), etag: "" }, upstreamStatus: 304 });
    expect(answer).toMatchObject({ handling: "REVALIDATED", forward: "stale", stored: true, upstreamStatus: 304 });
    expect(textOf(answer.entry)).toBe("same");
    expect(answer.entry).toMatchObject({ validatedAt: start + 90_000, freshUntil: start + 150_000, status: 200 });
    expect(next.calls[1]?.ask.etags).toStrictEqual(etags);
    clock.step(59_999);
    expect(await ask()).toMatchObject({ handling: "HIT" });
  });

  test("or replaced", async () => {
    const { ask, clock } = createCaching();
    await ask({ entry: body("old") });
    clock.step(90_000);
    const answer = await ask({ entry: body("new") });
    expect(answer).toMatchObject({ handling: "CHANGED", forward: "stale", stored: true });
    expect(textOf(answer.entry)).toBe("new");
  });

  test.each([403, 404, 410, 422, 451])("or dropped: after a %i no failure is bridged with what was", async (status) => {
    const { ask, fail, clock } = createCaching();
    await ask({ entry: body("old") });
    clock.step(90_000);
    expect(await ask({ entry: { status } })).toMatchObject({ handling: "CHANGED", entry: { status } });
    clock.step(20_000);
    await expect(fail(down())).resolves.toMatchObject({ failure: "bad-gateway" });
  });

  test("dropped also where negative answers are not kept", async () => {
    const { ask, fail, clock, memory } = createCaching({ env: { CACHE_NEGATIVE_TTL_SECONDS: "0" } });
    await ask({ entry: body("old") });
    clock.step(90_000);
    expect(await ask({ entry: { status: 404 } })).toMatchObject({ entry: { status: 404 } });
    await expect(fail(down())).resolves.toMatchObject({ failure: "bad-gateway" });
    expect(memory.size().entries).toBe(0);
  });
});

describe("where GitHub fails", () => {
  test.each([
    ["bad-gateway", down(503)],
    ["gateway-timeout", late()],
    ["rate-limited", limited()],
    ["service-unavailable", new EdgeError("service-unavailable", "busy")],
  ])("%s: what is stored bridges it within the window, and not after", async (reason, error) => {
    const { ask, fail, clock, next } = createCaching();
    await ask({ entry: body("old") });
    clock.step(90_000);
    const bridged = await ask(error);
    expect(bridged).toMatchObject({ handling: "STALE_ON_ERROR", reason, entry: { freshUntil: start + 60_000 } });
    expect(bridged.upstreamStatus).toBe(error.details.upstreamStatus);
    clock.step(569_999);
    expect(await ask(error)).toMatchObject({ handling: "STALE_ON_ERROR" });
    clock.step(1);
    await expect(fail(error)).resolves.toBe(error);
    expect(next.calls).toHaveLength(4);
  });

  test("a failure that took the rest of the window is not bridged any more", async () => {
    const { ask, fetch, clock, next } = createCaching();
    await ask();
    clock.step(659_000);
    const work = failureOf(fetch(toAsk()));
    await settle();
    clock.step(1000);
    next.calls[1]?.fail(late());
    await expect(work).resolves.toMatchObject({ failure: "gateway-timeout" });
  });

  test("a bug of ours is not bridged", async () => {
    const { ask, clock } = createCaching();
    await ask();
    clock.step(90_000);
    await expect(ask(new TypeError("oops"))).rejects.toThrow("oops");
  });

  test("once it is well again the entry is confirmed by its validator", async () => {
    const { ask, clock, next } = createCaching();
    await ask({ entry: { upstreamEtags: etags } });
    clock.step(90_000);
    await ask(down());
    expect(await ask({ upstreamStatus: 304 })).toMatchObject({ handling: "REVALIDATED" });
    expect(next.calls[2]?.ask.etags).toStrictEqual(etags);
  });
});
