import { describe, expect, test } from "vitest";
import { createLayer, json, type Reply } from "../../../test/support/github-layer.ts";
import { toAsk, toEntry } from "../../../test/support/layers.ts";
import { createService, type Service } from "../../../test/support/ports.ts";
import { notable } from "../../../stand-in/octocat.ts";
import type { Validator } from "../model.ts";
import { deriveEtag, maxDerived } from "./derived-etag.ts";

const token = { id: "0123456789ab", secret: "ghp_x" };
const stored = toEntry('{"a":"é"}', { etag: 'W/"00000000000000000000000000000000"' });
const { accept } = toAsk().resource;
const derived = await deriveEtag({ accept, authorization: "Bearer ghp_x" }, stored.body);

const unchanged = (etag?: string) => new Response(null, { status: 304, headers: etag === undefined ? {} : { etag } });
const conditional = (etags: Record<string, string> = {}, entry = stored) =>
  toAsk("one", { token, etags, stored: entry });

/** The outcome of one call after others. */
async function outcomes(replies: Reply[], asks = replies.map(() => conditional())) {
  const { ask, sent } = createLayer(replies);
  const found = [];
  for (const one of asks) {
    const { validator, derivesEtags } = await ask(one);
    found.push([validator, derivesEtags]);
  }
  return { found, sent: sent.map(({ headers }) => headers.get("if-none-match")) };
}

describe("what is sent", () => {
  test("to a token that has none, one derived from the bytes", async () => {
    const { sent } = await outcomes([unchanged(derived)]);
    expect(sent).toStrictEqual([derived]);
  });

  test("to a token that has one, that one", async () => {
    const { sent } = await outcomes([unchanged('"its"')], [conditional({ [token.id]: '"its"' })]);
    expect(sent).toStrictEqual(['"its"']);
  });

  test.each([
    ["of an error", toEntry("{}", { status: 404 })],
    ["of a body that is too large to hash", toEntry(new Uint8Array(maxDerived + 1))],
  ])("none %s", async (_, entry) => {
    const { sent } = await outcomes([json()], [conditional({}, entry)]);
    expect(sent).toStrictEqual([null]);
  });

  test("none any more once GitHub has shown that its ETags are made in another way; again once they are not", async () => {
    const text = '{"other":1}';
    const right = await deriveEtag({ accept, authorization: "Bearer ghp_x" }, new TextEncoder().encode(text));
    const whole = (etag: string) => new Response(text, { headers: { "content-type": "application/json", etag } });
    const { sent, found } = await outcomes([whole('"x"'), whole(`W/${right}`), unchanged(derived)]);
    expect(sent).toStrictEqual([derived, null, derived]);
    expect(found.map(([, derives]) => derives)).toStrictEqual([false, true, true]);
  });
});

describe("what GitHub makes of it", () => {
  const both = { [token.id]: '"its"' };
  const same = () => new Response(stored.body, { headers: { "content-type": "application/json", etag: '"new"' } });

  test.each<[string, Reply, Record<string, string>, Validator, boolean | undefined]>([
    ["the known one", unchanged('"its"'), both, "known", undefined],
    ["the known one in its weak form", unchanged('W/"its"'), both, "known", undefined],
    ["the derived one", unchanged(derived), {}, "derived", true],
    ["the derived one in its weak form", unchanged(`W/${derived}`), {}, "derived", true],
    ["one that was not sent", unchanged('"other"'), {}, "unsent", undefined],
    ["none", unchanged(), {}, "unnamed", undefined],
    ["other bytes", json({ changed: true }, { headers: { etag: '"new"' } }), {}, "changed", false],
  ])("%s", async (_, reply, etags, validator, derives) => {
    const { found } = await outcomes([reply], [conditional(etags)]);
    expect(found).toStrictEqual([[validator, derives]]);
  });

  test("the stored bytes again: it does not know the derived one", async () => {
    const first = createLayer([same()]);
    const { entry } = await first.ask(toAsk("one", { token }));
    const { found } = await outcomes([same()], [conditional({}, { ...stored, etag: entry.etag })]);
    expect(found).toStrictEqual([["repeated", false]]);
  });

  test("nothing where nothing was sent", async () => {
    const { found } = await outcomes([json()], [toAsk("one", { token })]);
    expect(found[0]?.[0]).toBeUndefined();
  });

  test("a 304 to a call without a validator confirms nothing", async () => {
    const { found } = await outcomes([unchanged()], [toAsk("one", { token })]);
    expect(found[0]?.[0]).toBe("unsent");
  });
});

/** Long enough that an entry is revalidated before the response. */
const expiry = 120_000;
const path = `/gists/${notable.forked}`;
const toCalls = ({ github }: Service) =>
  github.calls.map(({ headers, status }) => [headers["authorization"]?.slice("Bearer ".length), status]);

async function outcomesOf({ ports }: Service): Promise<Record<string, number>> {
  const text = (await ports.metrics.expose(undefined)).body;
  const lines = text.matchAll(/^github_revalidations_total\{validator="(\w+)"\} (\d+)/gm);
  return Object.fromEntries([...lines].map(([, name, count]) => [name, Number(count)]));
}

describe("two tokens, one resource", () => {
  async function run(kind: "opaque" | "derived", rounds: number) {
    const service = createService({ env: { GITHUB_TOKEN: "good-a,good-b" } });
    service.github.etags(kind);
    const bodies = [];
    for (let round = 0; round < rounds; round++) {
      bodies.push(await (await service.get(path)).text());
      service.step(expiry);
    }
    return { service, bodies };
  }

  test("with derived ETags each revalidation by the other token is a 304 and free", async () => {
    const { service, bodies } = await run("derived", 4);
    expect(toCalls(service)).toStrictEqual([
      ["good-a", 200],
      ["good-b", 304],
      ["good-b", 304],
      ["good-b", 304],
    ]);
    expect(service.github.counters().charged).toBe(1);
    expect(new Set(bodies).size).toBe(1);
    expect(await outcomesOf(service)).toStrictEqual({ derived: 1, known: 2 });
  });

  test("with opaque ones the calls are those of a service that derives none", async () => {
    const { service, bodies } = await run("opaque", 4);
    expect(toCalls(service)).toStrictEqual([
      ["good-a", 200],
      ["good-a", 304],
      ["good-a", 304],
      ["good-a", 304],
    ]);
    expect(service.github.counters().charged).toBe(1);
    expect(new Set(bodies).size).toBe(1);
    expect(await outcomesOf(service)).toStrictEqual({ known: 3 });
  });
});

describe("after a restart with another token, from what is stored", () => {
  async function restart(kind: "opaque" | "derived", env: Record<string, string> = {}) {
    const before = createService({ env: { GITHUB_TOKEN: "good-a" } });
    before.github.etags(kind);
    const { body } = await before.get(path).then(async (response) => ({ body: await response.text() }));
    const after = createService({
      env: { GITHUB_TOKEN: "good-b", ...env },
      ports: { store: before.ports.store, fetch: before.ports.fetch, now: before.ports.now },
    });
    before.step(expiry);
    return { before, after, body };
  }

  test("the first call is a 304 and free where GitHub's ETags are derived", async () => {
    const { before, after, body } = await restart("derived");
    const response = await after.get(path);
    expect(response.headers.get("cache-status")).toContain("fwd-status=304");
    expect(await response.text()).toBe(body);
    expect(before.github.counters().charged).toBe(1);
    expect(await outcomesOf(after)).toStrictEqual({ derived: 1 });
  });

  test("it is one full response where they are not", async () => {
    const { before, after, body } = await restart("opaque");
    expect(await (await after.get(path)).text()).toBe(body);
    before.step(expiry);
    expect(await (await after.get(path)).text()).toBe(body);
    expect(toCalls(before)).toStrictEqual([
      ["good-a", 200],
      ["good-b", 200],
      ["good-b", 304],
    ]);
    expect(await outcomesOf(after)).toStrictEqual({ repeated: 1, known: 1 });
  });

  test("changed bytes are never confirmed", async () => {
    const { before, after, body } = await restart("derived");
    before.github.edit(notable.forked, { description: "changed" });
    const response = await after.get(path);
    expect(response.headers.get("cache-status")).toContain("fwd-status=200");
    expect(await response.text()).not.toBe(body);
    expect(await outcomesOf(after)).toStrictEqual({ changed: 1 });
  });

  test.each([
    ["with an ETag that was not sent", '"0"', 2, { unsent: 1 }],
    ["without an ETag", null, 1, { unnamed: 1 }],
  ] as const)("a 304 %s", async (_, etag, calls, counted) => {
    const { before, after, body } = await restart("derived");
    before.github.fault({ kind: "fields", fields: { etag }, times: 1 });
    const response = await after.get(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(body);
    const made = before.github.calls.slice(1);
    expect(made.map(({ status }) => status)).toStrictEqual([304, 200].slice(0, calls));
    expect(made[1]?.headers["if-none-match"]).toBeUndefined();
    expect(await outcomesOf(after)).toStrictEqual(counted);
    before.step(expiry);
    await after.get(path);
    expect(before.github.calls.at(-1)?.headers["if-none-match"]).not.toBe('"0"');
  });
});
