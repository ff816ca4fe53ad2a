import { describe, expect, test } from "vitest";
import { counted, createLayer, json } from "../../../test/support/github-layer.ts";
import { failureOf, textOf, toAsk } from "../../../test/support/layers.ts";
import { start } from "../../../test/support/ports.ts";
import type { AnswerHead } from "../model.ts";

const token = { id: "0123456789ab", secret: "ghp_x" };

describe("what is sent", () => {
  test("GitHub's path, media type, version and our name; no token where there is none", async () => {
    const { ask, sent } = createLayer([json()]);
    const resource = { key: "k", path: "/users/octocat/gists?page=2", accept: "a/b", apiVersion: "2026-03-10" };
    await ask({ resource, client: "192.0.2.1" });
    expect(sent[0]?.url).toBe("https://api.github.com/users/octocat/gists?page=2");
    expect(Object.fromEntries(sent[0]!.headers)).toStrictEqual({
      accept: "a/b",
      "user-agent": "edge-gists/1.2.3",
      "x-github-api-version": "2026-03-10",
    });
  });

  test("the token, and its own validator only", async () => {
    const { ask, sent } = createLayer([json()]);
    await ask(toAsk("one", { token, etags: { "": '"anonymous"', [token.id]: 'W/"its"', other: '"other"' } }));
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer ghp_x");
    expect(sent[0]?.headers.get("if-none-match")).toBe('W/"its"');
  });

  test("without a token the validator of answers without one; with one that has none, none", async () => {
    const { ask, sent } = createLayer([json(), json()]);
    await ask(toAsk("one", { etags: { "": '"anonymous"' } }));
    await ask(toAsk("one", { token, etags: { "": '"anonymous"' } }));
    expect(sent.map(({ headers }) => headers.get("if-none-match"))).toStrictEqual(['"anonymous"', null]);
  });

  test("to the base URL that is configured, its path kept", async () => {
    const { ask, sent } = createLayer([json()], { GITHUB_API_URL: "http://ghe.example:8080/api/v3/" });
    await ask();
    expect(sent[0]?.url).toBe("http://ghe.example:8080/api/v3/gists/one");
  });
});

describe("what comes back", () => {
  test("its head is told before the body is there", async () => {
    const body = Promise.withResolvers<void>();
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await body.promise;
        controller.enqueue(new TextEncoder().encode("{}"));
        controller.close();
      },
    });
    const headers = { "content-type": "application/json", "retry-after": "17" };
    const { ask } = createLayer([new Response(stream, { status: 429, headers })]);
    const head = Promise.withResolvers<AnswerHead>();
    const work = ask(toAsk("one", { onHead: head.resolve }));
    expect(await head.promise).toMatchObject({ upstreamStatus: 429, retryAfter: 17 });
    body.resolve();
    expect(await work).toMatchObject({ upstreamStatus: 429 });
  });

  test("what GitHub announces, where a field can carry it", async () => {
    const notices = { deprecation: "@1793624400", sunset: "Tue, 01 Jun 2027 00:00:00 GMT" };
    const noticesOf = async (headers: Record<string, string>) =>
      (await createLayer([json({}, { headers })]).ask()).entry.notices;
    expect(await noticesOf(notices)).toStrictEqual(notices);
    expect(await noticesOf({ ...notices, sunset: "\u00e9" })).toStrictEqual({ deprecation: notices.deprecation });
    expect(await noticesOf({ deprecation: "@".repeat(201), "x-other": "1" })).toBeUndefined();
  });

  test("the bytes as they are, with what is needed to send and to revalidate them", async () => {
    const text = '[ {"a": "\\u00e9é",\n "b":1e2} ]';
    const headers = {
      "content-type": "application/json; charset=utf-8",
      etag: 'W/"github"',
      link: '<https://api.github.com/x>; rel="next"',
      "last-modified": "Mon, 02 Nov 2026 10:00:00 GMT",
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "4998",
      "x-ratelimit-used": "2",
      "x-ratelimit-reset": "1793624400",
    };
    const { ask } = createLayer([new Response(text, { headers })]);
    const answer = await ask(toAsk("one", { token }));
    expect(answer).toMatchObject({
      upstreamStatus: 200,
      quota: { limit: 5000, remaining: 4998, used: 2, reset: 1_793_624_400 },
      entry: {
        status: 200,
        contentType: "application/json; charset=utf-8",
        link: headers.link,
        lastModified: headers["last-modified"],
        upstreamEtags: { [token.id]: 'W/"github"' },
        validatedAt: start,
      },
    });
    expect(textOf(answer.entry)).toBe(text);
    expect(answer.retryAfter).toBeUndefined();
  });

  test("our own validator depends on the bytes alone", async () => {
    const etagOf = async (value: unknown, etag: string, secret?: string) =>
      (
        await createLayer([json(value, { headers: { etag } })]).ask(
          toAsk("one", secret ? { token: { id: secret, secret } } : {}),
        )
      ).entry.etag;
    const own = await etagOf([1], '"a"');
    expect(own).toMatch(/^W\/"[0-9a-f]+"$/);
    expect(await etagOf([1], '"b"', "t")).toBe(own);
    expect(await etagOf([2], '"a"')).not.toBe(own);
  });

  test.each([401, 403, 404, 410, 422, 429, 451])("a %i is an answer, with no validator of ours", async (status) => {
    const { ask } = createLayer([json({ message: "x" }, { status })], { UPSTREAM_RETRIES: "3" });
    const answer = await ask();
    expect(answer).toMatchObject({ upstreamStatus: status, entry: { status, etag: "" } });
    expect(textOf(answer.entry)).toBe('{"message":"x"}');
  });

  test("a 304 is an answer without bytes", async () => {
    const { ask } = createLayer([new Response(null, { status: 304, headers: { etag: '"same"' } })]);
    const answer = await ask(toAsk("one", { etags: { "": '"same"' } }));
    expect(answer).toMatchObject({ upstreamStatus: 304, entry: { upstreamEtags: { "": '"same"' } } });
    expect(answer.entry.body.byteLength).toBe(0);
  });

  test.each([
    [429, {}],
    [403, { "retry-after": "60" }],
  ])("a %i in HTML that means a limit is one, and not a failure", async (status, more) => {
    const headers = { "content-type": "text/html", ...more };
    const { ask } = createLayer([new Response("<h1>Whoa there!</h1>", { status, headers })]);
    await expect(ask()).resolves.toMatchObject({ upstreamStatus: status });
  });
});

describe("what is no usable answer", () => {
  const typed = (body: string | Uint8Array<ArrayBuffer> | null, type: string, status = 200) =>
    new Response(body, { status, headers: { "content-type": type } });

  test.each([
    ["JSON cut short", typed('[{"a":', "application/json"), 200],
    ["nothing", typed(null, "application/json"), 200],
    ["what is not UTF-8", typed(new Uint8Array([0x22, 0xff, 0x22]), "application/json"), 200],
    ["HTML", typed("<h1>Unicorn!</h1>", "text/html"), 200],
    ["JSON that calls itself HTML", typed("[]", "text/html"), 200],
    ["JSON that calls itself nothing", new Response(new Uint8Array([0x5b, 0x5d])), 200],
    ["JSON with comments", typed("[] // done", "application/json"), 200],
    ["a type that only begins like JSON", typed("[]", "application/jsonp"), 200],
    ["a 404 in HTML", typed("<h1>404</h1>", "text/html", 404), 404],
    ["a 403 in HTML that is no limit", typed("Forbidden", "text/html", 403), 403],
    ["a 400", json({}, { status: 400 }), 400],
    ["a 206", json([], { status: 206 }), 206],
    ["a 204", new Response(null, { status: 204 }), 204],
  ])("%s", async (_, response, upstreamStatus) => {
    const error = await failureOf(createLayer([response]).ask());
    expect(error).toMatchObject({ failure: "bad-gateway", details: { upstreamStatus } });
  });

  test.each(["application/json", "application/vnd.github.v3+json", "Application/JSON;charset=utf-8"])(
    "%s is JSON",
    async (type) => {
      await expect(createLayer([typed("[]", type)]).ask()).resolves.toMatchObject({ upstreamStatus: 200 });
    },
  );

  test("more bytes than are taken: it is given up while it streams", async () => {
    const { state, response } = counted(`"${"x".repeat(509)}"`, 1000);
    const error = await failureOf(createLayer([response], { MAX_BODY_BYTES: "2048" }).ask());
    expect(error).toMatchObject({ failure: "bad-gateway", details: { upstreamStatus: 200 } });
    expect(state.read).toBeLessThanOrEqual(6);
    expect(state.cancelled).toBe(true);
  });

  test("just as many bytes as are taken are", async () => {
    const text = `"${"x".repeat(2046)}"`;
    const answer = await createLayer([typed(text, "application/json")], { MAX_BODY_BYTES: "2048" }).ask();
    expect(answer.entry.body.byteLength).toBe(2048);
  });
});
