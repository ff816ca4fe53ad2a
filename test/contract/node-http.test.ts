import { connect } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { expectErrorBody } from "./support/errors.ts";
import { freshSince } from "./support/fresh.ts";
import { runtime, useService } from "./support/service.ts";
import { bySince, standIn } from "./support/stand-in.ts";

// Node only: workerd's own HTTP server, and on Cloudflare the edge, respond to invalid HTTP.
const here = describe.runIf(runtime === "node");

const host = "Host: gists.example";

/** A row's bytes for a target, the expected responses, and whether the connection then accepts another request. */
type Row = [what: string, toText: (target: string) => string, statuses: number[], after: "open" | "closed"];

/** A request as it goes over the wire. */
const head = (start: string, ...fields: string[]) => `${[start, ...fields].join("\r\n")}\r\n\r\n`;
const get = (target: string, ...fields: string[]) => head(`GET ${target} HTTP/1.1`, ...fields);
const old = (target: string, ...fields: string[]) => head(`GET ${target} HTTP/1.0`, ...fields);
const health = get("/health", host);

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** Rows whose response does not depend on the target: each is sent for a known one, and for a new one. */
const rows: Row[] = [
  // RFC 9112 section 9.3: 1.1 persists by default, 1.0 only on request.
  ["a plain request", (t) => get(t, host), [200], "open"],
  ["Connection: close", (t) => get(t, host, "Connection: close"), [200], "closed"],
  ["HTTP/1.0", (t) => old(t, host), [200], "closed"],
  ["HTTP/1.0 that keeps its connection", (t) => old(t, host, "Connection: keep-alive"), [200], "open"],
  ["HEAD", (t) => head(`HEAD ${t} HTTP/1.1`, host), [200], "open"],
  ["pipelined requests", (t) => get(t, host) + health + get(t, host), [200, 200, 200], "open"],
  ["an Upgrade that is not known", (t) => get(t, host, "Connection: Upgrade", "Upgrade: websocket"), [200], "open"],
  // RFC 9113 section 3.1: h2c by Upgrade is gone, and a server may ignore it.
  ["an Upgrade to h2c", (t) => get(t, host, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"), [200], "open"],
  ["Expect: 100-continue", (t) => get(t, host, "Expect: 100-continue"), [100, 200], "open"],

  // RFC 9112 section 3.2: exactly one valid Host in 1.1; in 1.0 there may be none; it may be empty.
  ["HTTP/1.0 without Host", (t) => old(t), [200], "closed"],
  ["an empty Host", (t) => get(t, "Host:"), [200], "open"],
  ["an IPv6 Host", (t) => get(t, "Host: [2001:db8::1]:8080"), [200], "open"],
  ["no Host", (t) => get(t), [400], "closed"],
  ["two Host fields", (t) => get(t, host, "Host: other.example"), [400], "open"],
  ["the same Host twice", (t) => get(t, host, host), [400], "open"],
  ["a Host and an empty one", (t) => get(t, host, "Host:"), [400], "open"],
  ["two Host fields in HTTP/1.0", (t) => old(t, host, "Host: other.example"), [400], "closed"],
  ["a Host with a blank", (t) => get(t, "Host: a b"), [400], "open"],
  ["a Host with credentials", (t) => get(t, "Host: u:p@gists.example"), [400], "open"],
  ["a Host with a path", (t) => get(t, "Host: gists.example/x"), [400], "open"],
  ["a Host with a bad port", (t) => get(t, "Host: gists.example:99999"), [400], "open"],

  // RFC 9112 section 3.2.2: the host of a whole URL replaces the field, which must be there and be one all the same.
  ["a whole URL of another host", (t) => get(`http://other.example${t}`, host), [200], "open"],
  ["a whole URL and two Host fields", (t) => get(`http://other.example${t}`, host, host), [400], "open"],
  ["a whole URL and no Host", (t) => get(`http://other.example${t}`), [400], "closed"],
  ["a whole URL of another scheme", (t) => get(`ftp://other.example${t}`, host), [400], "open"],
  // RFC 9112 section 3.2: a request target has no fragment.
  ["a fragment", (t) => get(`${t}#x`, host), [400], "open"],

  // RFC 9112 sections 6.1 to 6.3, 7.1: a body is framed in one way; anything else is refused and the connection ended.
  [
    "a chunked body that holds a request",
    (t) => get(t, host, "Transfer-Encoding: chunked") + chunk(health) + chunk("") + health,
    [200, 200],
    "open",
  ],
  ["a body by its length", (t) => `${get(t, host, "Content-Length: 5")}hello${health}`, [200, 200], "open"],
  ["an unknown coding", (t) => get(t, host, "Transfer-Encoding: xchunked") + health, [400], "closed"],
  ["a coding after chunked", (t) => get(t, host, "Transfer-Encoding: chunked, gzip") + health, [400], "closed"],
  [
    "two codings in two fields",
    (t) => get(t, host, "Transfer-Encoding: chunked", "Transfer-Encoding: identity") + health,
    [400],
    "closed",
  ],
  [
    "a length and a coding",
    (t) => get(t, host, "Content-Length: 4", "Transfer-Encoding: chunked") + chunk("") + health,
    [400],
    "closed",
  ],
  ["two lengths", (t) => `${get(t, host, "Content-Length: 0", "Content-Length: 5")}hello`, [400], "closed"],
  ["a negative length", (t) => get(t, host, "Content-Length: -1"), [400], "closed"],

  // RFC 9112 sections 2.2, 5.1, 5.2.
  ["a blank before the colon", (t) => get(t, "Host : gists.example"), [400], "closed"],
  ["a folded field", (t) => get(t, host, "X: a\r\n b"), [400], "closed"],
  ["bare line feeds", (t) => get(t, host).replaceAll("\r", ""), [400], "closed"],
  ["a null in a field", (t) => get(t, host, "X: a\0b"), [400], "closed"],
  ["a version that does not exist", (t) => head(`GET ${t} HTTP/3.7`, host), [400], "closed"],
  ["a head of 17 kB", (t) => get(t, host, `X: ${"a".repeat(17_000)}`), [431], "closed"],

  // RFC 9110 sections 9.1, 15.5.6.
  ["TRACE", (t) => head(`TRACE ${t} HTTP/1.1`, host), [405], "open"],
  ["CONNECT", () => head("CONNECT gists.example:443 HTTP/1.1", host), [405], "closed"],
];

/** Rows of their own targets. */
const others: Row[] = [
  // RFC 9110 section 9.3.7.
  ["OPTIONS *", () => head("OPTIONS * HTTP/1.1", host), [204], "open"],
  ["OPTIONS of a whole URL without a path", () => head("OPTIONS http://gists.example HTTP/1.1", host), [204], "open"],
  ["GET *", () => get("*", host), [400], "open"],
  ["HAProxy's check", () => head("OPTIONS / HTTP/1.0"), [204], "closed"],
  ...["/", "/health", "/health/ready", "/metrics", "/rate_limit", "/openapi.json"].flatMap((path): Row[] => [
    [`HTTP/1.0 without Host of ${path}`, () => old(path), [200], "closed"],
    [`two Host fields of ${path}`, () => get(path, host, "Host: other.example"), [400], "open"],
  ]),
  ["an unknown coding of /health", () => get("/health", host, "Transfer-Encoding: xchunked"), [400], "closed"],
  ["the preface of HTTP/2", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400], "closed"],
];

const statusesOf = (received: string) =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

/** Sends a row's bytes; after the responses sends one more request, which only an open connection serves. */
async function exchange(origin: string, text: string, answers: number) {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname).setEncoding("latin1");
  let received = "";
  let isClosed = false;
  socket.on("data", (data: string) => (received += data));
  // It may be reset after a response that was read.
  socket.on("error", () => undefined);
  socket.on("close", () => (isClosed = true));
  socket.write(text, "latin1");
  await expect.poll(() => isClosed || statusesOf(received).length >= answers, { interval: 5 }).toBe(true);
  const own = received;
  if (!isClosed) socket.write(get("/health", host, "Connection: close"));
  await expect.poll(() => isClosed, { interval: 5 }).toBe(true);
  const all = statusesOf(received);
  const after = all.length > answers ? ("open" as const) : ("closed" as const);
  return { statuses: all.slice(0, answers), after, own };
}

here("over HTTP/1", () => {
  const service = useService({ PUBLIC_HOSTS: "gists.example,other.example" });

  /** A target that was asked for before, as often as the fast path needs to know it. */
  const known = "/octocat";
  beforeAll(async () => {
    for (let n = 0; n < 3; n++) await service.raw({ target: known, headers: [host] });
  });

  test.each(rows)("%s: a known target", async (_what, toText, statuses, after) => {
    expect(await exchange(service.url, toText(known), statuses.length)).toMatchObject({ statuses, after });
  });

  test.each(rows)("%s: a new target", async (_what, toText, statuses, after) => {
    const since = freshSince();
    const text = toText(`/octocat?since=${since}`);
    expect(await exchange(service.url, text, statuses.length)).toMatchObject({ statuses, after });
    // A refused request causes no call.
    expect(await standIn(service).calls(bySince(since))).toHaveLength(statuses.includes(200) ? 1 : 0);
  });

  test("many pipelined requests, without a warning in the log", async () => {
    const path = `/users/octocat/gists?since=${freshSince()}`;
    const { statuses } = await exchange(service.url, get(path, host).repeat(40), 40);
    expect(statuses).toEqual(Array(40).fill(200));
    expect(service.target.logs().filter((line) => /Warning/.test(line))).toEqual([]);
  });

  test.each(others)("%s", async (_what, toText, statuses, after) => {
    expect(await exchange(service.url, toText(""), statuses.length)).toMatchObject({ statuses, after });
  });

  test("OPTIONS * says which methods there are", async () => {
    expect((await exchange(service.url, head("OPTIONS * HTTP/1.1", host), 1)).own).toMatch(
      /^allow: GET, HEAD, OPTIONS\r$/im,
    );
  });

  test.each([
    ["a known target", () => get(known, host)],
    ["a new target", () => get(`/octocat?since=${freshSince()}`, host)],
    ["HTTP/1.0", () => old(known, host)],
    ["HEAD", () => head(`HEAD ${known} HTTP/1.1`, host)],
    ["health", () => health],
    ["an error", () => get("/no/such/path", host)],
    ["a preflight", () => head("OPTIONS / HTTP/1.1", host)],
  ])("names of fields are spelled as GitHub spells them: %s", async (_what, toText) => {
    const { own } = await exchange(service.url, toText(), 1);
    const names = [...own.split("\r\n\r\n", 1)[0]!.matchAll(/^([^\s:]+):/gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(["X-RateLimit-Limit", "Access-Control-Allow-Origin", "Vary"]));
    // ghapi 1 looks for `Link`, and pages for ever if it finds `link`.
    expect(
      names.filter((name) => !/^(?:ETag|(?:X-(?:GitHub|RateLimit)|[A-Z][a-z]*)(?:-[A-Z][a-z]+)*)$/.test(name!)),
    ).toEqual([]);
  });

  test("a request without a host gets links that lead to none", async () => {
    for (const text of [old(known), get(known, "Host:")]) {
      const { own } = await exchange(service.url, text, 1);
      expect(own).toMatch(/^link: <\/octocat\?page=2[^>]*>; rel="next"/im);
    }
    // And leaves nothing behind for others.
    expect((await exchange(service.url, get(known, host), 1)).own).not.toMatch(/^link: <\/octocat/im);
  });

  test("the links of a whole URL lead to its host", async () => {
    const { own } = await exchange(service.url, get(`http://other.example${known}`, host), 1);
    expect(own).toMatch(/^link: <http:\/\/other\.example\/octocat\?page=2/im);
  });

  test("two Host fields are an error in GitHub's shape, counted and logged", async () => {
    const count = async () => {
      const text = await (await service.get("/metrics")).text();
      return Number(/^http_requests_total\{method="GET",route="unmatched",status="400"\} (\d+)/m.exec(text)?.[1] ?? 0);
    };
    const before = await count();
    const { own } = await exchange(service.url, get(known, host, host), 1);
    expectErrorBody(own.slice(own.indexOf("{")), 400);
    expect(await count()).toBe(before + 1);
    const isRefusal = (line: string) => line.includes('"unmatched"') && line.includes('"status":400');
    await expect.poll(() => service.target.logs().some(isRefusal), { interval: 10 }).toBe(true);
  });
});
