import { describe, expect, test } from "vitest";
import { start } from "../../../../test/support/ports.ts";
import { toConfig } from "../../config/config.ts";
import { createMint } from "./mint.ts";

interface Sent {
  url: string;
  init: RequestInit | undefined;
}

/** Tokens from responses that the test gives. A request takes `took` milliseconds. */
function create(replies: (Response | Error)[], took = 0) {
  const sent: Sent[] = [];
  const signed: number[] = [];
  let now = start;
  const mint = createMint({
    config: toConfig({ GITHUB_API_URL: "https://ghe.example/api/v3" }),
    build: { version: "1.2.3", commit: "c" },
    now: () => now,
    async fetch(url, init) {
      now += took;
      const reply = replies[sent.push({ url, init }) - 1]!;
      if (reply instanceof Error) throw reply;
      return reply;
    },
  });
  const sign = async (time: number) => `jwt-${signed.push(time)}`;
  return { mint: () => mint("7", sign), sent, signed };
}

const made = (expires: number, date = start, token: unknown = "ghs_x") =>
  Response.json(
    { token, expires_at: new Date(expires).toISOString() },
    { status: 201, headers: { date: new Date(date).toUTCString() } },
  );
const refused = (status: number, headers: Record<string, string> = {}) => new Response("{}", { status, headers });

test("a token is asked for as the app", async () => {
  const { mint, sent, signed } = create([made(start + 3_600_000)]);
  expect(await mint()).toStrictEqual({ secret: "ghs_x", lifetime: 3_599_000 });
  expect(sent[0]?.url).toBe("https://ghe.example/api/v3/app/installations/7/access_tokens");
  expect(sent[0]?.init?.method).toBe("POST");
  expect(Object.fromEntries(new Headers(sent[0]?.init?.headers))).toStrictEqual({
    accept: "application/vnd.github+json",
    authorization: "Bearer jwt-1",
    "user-agent": "edge-gists/1.2.3",
    "x-github-api-version": "2022-11-28",
  });
  expect(signed).toStrictEqual([start]);
});

test("its lifetime is that of GitHub's clock, less the time that the response took", async () => {
  const offset = 7_200_000;
  const { mint } = create([made(start + offset + 3_600_000, start + offset)], 4000);
  expect(await mint()).toStrictEqual({ secret: "ghs_x", lifetime: 3_595_000 });
});

test("more than an hour is not believed", async () => {
  const { mint } = create([made(start + 86_400_000)]);
  expect(await mint()).toStrictEqual({ secret: "ghs_x", lifetime: 3_599_000 });
});

describe("a clock that is wrong", () => {
  const theirs = start + 900_000;
  const date = new Date(theirs).toUTCString();

  test("is corrected by GitHub's after a 401, and stays so", async () => {
    const { mint, signed } = create([
      refused(401, { date }),
      made(theirs + 3_600_000, theirs),
      made(theirs + 3_600_000, theirs),
    ]);
    expect(await mint()).toHaveProperty("secret");
    await mint();
    expect(signed).toStrictEqual([start, theirs, theirs]);
  });

  test("is asked about once: the second 401 has another reason", async () => {
    const { mint, sent } = create([refused(401, { date }), refused(401, { date })]);
    expect(await mint()).toStrictEqual({ status: 401 });
    expect(sent).toHaveLength(2);
  });

  test.each([[new Date(start + 20_000).toUTCString()], ["soon"]])(
    "is not one that differs by little: %s",
    async (text) => {
      const { mint, sent } = create([refused(401, { date: text })]);
      expect(await mint()).toStrictEqual({ status: 401 });
      expect(sent).toHaveLength(1);
    },
  );
});

test.each<[string, Response | Error, object]>([
  ["a status", refused(404), { status: 404 }],
  ["a limit", refused(403, { "retry-after": "20" }), { status: 403, retryAfter: 20 }],
  ["a limit of no time", refused(429, { "retry-after": "soon" }), { status: 429 }],
  ["a failure of the network", new TypeError("fetch failed"), { cause: "TypeError: fetch failed" }],
  ["no JSON", new Response("<h1>", { status: 201 }), { status: 201, cause: "No token in the response" }],
  ["JSON of another form", Response.json([null], { status: 201 }), { status: 201, cause: "No token in the response" }],
  ["JSON that is null", Response.json(null, { status: 201 }), { status: 201, cause: "No token in the response" }],
  [
    "a token with a line feed",
    made(start + 3_600_000, start, "a\nb"),
    { status: 201, cause: "No token in the response" },
  ],
  ["a token that is over", made(start - 1000), { status: 201, cause: "No token in the response" }],
])("%s gives no token", async (_, reply, refusal) => {
  expect(await create([reply]).mint()).toStrictEqual(refusal);
});
