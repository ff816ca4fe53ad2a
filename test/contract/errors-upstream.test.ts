import { afterEach, describe, expect, test } from "vitest";
import type { Trouble } from "../../stand-in/faults.ts";
import { notable } from "../../stand-in/octocat.ts";
import { expectError, expectLocalError } from "./support/errors.ts";
import { freshSince } from "./support/fresh.ts";
import { startBeside, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { metric } from "../resilience/support/metrics.ts";
import { bySince, standIn } from "./support/stand-in.ts";

const service = useService({ UPSTREAM_RETRIES: "0", MAX_BODY_BYTES: "3000000" });
const list = () => `/users/octocat/gists?since=${freshSince()}`;

afterEach(() => standIn(service).fault());

/** Faults that make a response unusable: always 502, and never stored. */
const unusable: [string, Trouble][] = [
  ["500", { kind: "status", status: 500 }],
  ["502 in HTML", { kind: "status", status: 502, html: true }],
  ["503", { kind: "status", status: 503 }],
  ["504", { kind: "status", status: 504 }],
  ["400", { kind: "status", status: 400 }],
  ["418", { kind: "status", status: 418 }],
  ["202 without a body", { kind: "empty", status: 202 }],
  ["204", { kind: "empty", status: 204 }],
  ["200 without a body", { kind: "empty" }],
  ["JSON that ends too early", { kind: "malformed" }],
  ["a body that is cut off", { kind: "cut" }],
  ["a body that is cut before its first byte", { kind: "cut", bytes: 0 }],
  ["a connection that is reset", { kind: "reset" }],
  ["HTML with 200", { kind: "html" }],
  ["JSON called HTML", { kind: "content-type" }],
  ["JSON called text", { kind: "content-type", type: "text/plain" }],
  ["more than MAX_BODY_BYTES", { kind: "oversize", bytes: 4_000_000 }],
  ["a redirect to another origin", { kind: "redirect", to: "https://evil.example/users/octocat/gists" }],
  ["a redirect to another port", { kind: "redirect", to: "http://127.0.0.1:9/" }],
  ["a redirect to another scheme", { kind: "redirect", to: "file:///etc/passwd" }],
  ["a redirect to itself, for ever", { kind: "redirect", to: "/users/octocat/gists" }],
];

describe("an unusable response of GitHub's is 502", () => {
  test.each(unusable)("%s", async (_what, trouble) => {
    const path = list();
    await standIn(service).fault(trouble);
    await expectLocalError(await service.get(path), 502);
    await standIn(service).fault();
    const next = await service.get(path);
    expect(next.status, "the failure was not kept").toBe(200);
    expect(((await next.json()) as unknown[]).length).toBe(30);
  });
});

describe("a token that GitHub refuses", () => {
  const refused = useService({ GITHUB_TOKEN: "bad-token-5d1e" });
  afterEach(() => standIn(refused).fault());

  test("is tried twice, then set aside, and is named nowhere", async () => {
    for (let n = 0; n < 3; n++) {
      const response = await refused.get(list());
      // Without another token, the service may continue without one, within GitHub's sixty calls an hour.
      expect([200, 502]).toContain(response.status);
      expect(await response.text()).not.toMatch(/5d1e|Bad credentials/);
    }
    const calls = await standIn(refused).calls((call) => call.headers["authorization"]?.includes("5d1e") === true);
    expect(calls).toHaveLength(2);
    expect(refused.target.logs().join("\n"), "nor in the log").not.toContain("5d1e");
  });

  test("is 502 if GitHub refuses the service altogether", async () => {
    await standIn(refused).fault({ kind: "status", status: 401, message: "Bad credentials" });
    const body = await expectLocalError(await refused.get(list()), 502);
    expect(body.message).not.toContain("Bad credentials");
  });
});

describe("a 403 about the token", () => {
  const [bad, good] = ["good-suspended-81c2", "good-other-4f7e"];
  const lifetimes = { CACHE_TTL_SECONDS: "1", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0" };
  const two = useService({ GITHUB_TOKEN: `${bad},${good}`, ...lifetimes });
  const one = useService({ GITHUB_TOKEN: bad, ...lifetimes });
  const refusals = ["suspended", "integration", "fine-grained", "allow-list", "saml", "classic", "attempts"] as const;

  test.each(refusals)("(%s) leaves the other tokens, is logged, and shows in github_token_valid", async (why) => {
    const own = await startBeside(two, { GITHUB_TOKEN: `${bad},${good}` });
    await standIn(two).fault({ kind: "token-refused", why, token: bad });
    for (let n = 0; n < 4; n++) expect((await fetch(`${own.url}${list()}`)).status).toBe(200);
    expect(await metric(own.url, "github_token_valid", { token: "0" })).toBe(0);
    expect(await metric(own.url, "github_token_valid", { token: "1" })).toBe(1);
    await expect.poll(() => own.logs().join("\n")).toContain("GitHub refuses a token: set aside");
    await standIn(two).fault();
    await own.stop();
  });

  test("of the only token, and without one too, is replaced by stale responses and never stored", async () => {
    const path = list();
    const known = await (await one.get(path)).text();
    await standIn(one).fault({ kind: "token-refused", why: "suspended" });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const bridged = await one.get(path);
    expect([bridged.status, await bridged.text()]).toEqual([200, known]);
    await expectLocalError(await one.get(list()), 502);
    await standIn(one).fault();
    await expect.poll(async () => (await one.get(path)).headers.get("cache-status")).toMatch(/fwd-status=(?:200|304)/);
  });
});

describe("an unusual but usable response is used", () => {
  test.each<[string, Trouble]>([
    ["without Content-Length", { kind: "chunked" }],
    ["in small pieces", { kind: "drip", ms: 5, bytes: 8192 }],
    ["after a redirect to the numeric path", { kind: "redirect", times: 1 } as Trouble],
    ["after a 301", { kind: "redirect", status: 301, times: 1 } as Trouble],
    ["after a 307", { kind: "redirect", status: 307, times: 1 } as Trouble],
  ])("%s", async (_what, trouble) => {
    const expected = await (await shared.get(list())).text();
    await standIn(service).fault(trouble);
    const response = await service.get(list());
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(expected);
  });
});

describe("what GitHub says of a resource is passed on", () => {
  test.each([
    [403, { kind: "status", status: 403, message: "Repository access blocked" }],
    [410, { kind: "status", status: 410 }],
    [451, { kind: "status", status: 451 }],
    [422, { kind: "status", status: 422 }],
  ] as const)("%i", async (status, trouble) => {
    const path = list();
    await standIn(service).fault(trouble);
    const response = await service.get(path);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(text)).toHaveProperty("message");
    if (status === 451) expect(JSON.parse(text)).toHaveProperty("block.reason", "dmca");
    await standIn(service).fault();
    expect((await service.get(path)).status, "it is kept").toBe(status);
  });
});

describe("retries", () => {
  const patient = useService({ UPSTREAM_RETRIES: "1" });

  test("one failure is not seen by the client", async () => {
    const since = freshSince();
    await standIn(patient).fault({ kind: "status", status: 502, times: 1 });
    expect((await patient.get(`/octocat?since=${since}`)).status).toBe(200);
    expect((await standIn(patient).calls(bySince(since))).map((call) => call.status)).toEqual([502, 200]);
  });

  test("neither is one broken connection", async () => {
    await standIn(patient).fault({ kind: "reset", times: 1 });
    expect((await patient.get(list())).status).toBe(200);
  });
});

describe("a resource at which GitHub fails", () => {
  const env = { UPSTREAM_RETRIES: "0", UPSTREAM_CONCURRENCY: "2", UPSTREAM_QUEUE: "3" };
  const own = useService({ ...env, UPSTREAM_TIMEOUT_MS: "5000", UPSTREAM_TRY_TIMEOUT_MS: "5000" });
  const [heavy, heavier] = [notable.manyFiles, notable.truncated];
  afterEach(() => standIn(own).fault());

  test("fails alone: it is not called for a while, and others succeed", async () => {
    await standIn(own).fault({ kind: "status", status: 502, path: `/gists/${heavy}` });
    for (let n = 0; n < 2; n++) await expectLocalError(await own.get(`/gists/${heavy}`), 502);
    expect((await own.get(`/gists/${heavy}`)).headers.get("retry-after")).toBe("1");
    for (let n = 0; n < 10; n++) {
      await expectLocalError(await own.get(`/gists/${heavy}`), 502);
      expect((await own.get(list())).status).toBe(200);
    }
    const calls = await standIn(own).calls((call) => call.path === `/gists/${heavy}`);
    expect(calls.length, "a third if all this took more than a second").toBeLessThanOrEqual(3);
    await standIn(own).fault();
    await expect.poll(async () => (await own.get(`/gists/${heavy}`)).status).toBe(200);
  });

  test("by hanging leaves the calls at once to others", async () => {
    await standIn(own).fault({ kind: "hang", path: `/gists/${heavier}` });
    const hanging = ["", "/commits", "/forks", "/comments"].map((part) => own.get(`/gists/${heavier}${part}`));
    await expect.poll(() => standIn(own).calls((call) => call.path.startsWith(`/gists/${heavier}`))).toHaveLength(4);
    for (let n = 0; n < 3; n++) expect((await own.get(list())).status).toBe(200);
    expect((await Promise.all(hanging)).map(({ status }) => status)).toEqual([504, 504, 504, 504]);
  });
});

describe("more hanging calls than GitHub allows in addition to all others", () => {
  // Ten slow ones are left.
  const wide = useService({ UPSTREAM_RETRIES: "0", UPSTREAM_CONCURRENCY: "90" });
  afterEach(() => standIn(wide).fault());

  test("end the longest of them, and no other", async () => {
    await standIn(wide).fault({ kind: "hang", path: "/gists/", times: 12 });
    const ended: number[] = [];
    const hanging = Array.from({ length: 12 }, async (_, n) => {
      const { status } = await wide.get(`/gists/${"0".repeat(19)}${n.toString(16)}`);
      ended.push(status);
    });
    await expect.poll(() => ended, { timeout: 5000 }).toEqual([504, 504]);
    expect((await wide.get(list())).status).toBe(200);
    expect(ended, "the others hang on").toHaveLength(2);
    await Promise.all(hanging);
  });
});

describe("time", () => {
  const hasty = useService({ UPSTREAM_TIMEOUT_MS: "1000", UPSTREAM_RETRIES: "0" });
  afterEach(() => standIn(hasty).fault());

  test.each<[string, Trouble]>([
    ["that never comes", { kind: "hang" }],
    ["that comes late", { kind: "latency", ms: 8000 }],
    ["whose body drips", { kind: "drip", ms: 200, bytes: 2048 }],
  ])("a response %s is 504, after UPSTREAM_TIMEOUT_MS", async (_what, trouble) => {
    const path = list();
    await standIn(hasty).fault(trouble);
    const started = performance.now();
    await expectLocalError(await hasty.get(path), 504);
    expect(performance.now() - started).toBeLessThan(5000);
    await standIn(hasty).fault();
    expect((await hasty.get(path)).status, "the failure was not kept").toBe(200);
  });

  test("a gist of a megabyte is no matter", async () => {
    expect((await hasty.get(`/gists/${notable.large}`)).status).toBe(200);
  });
});

describe("no GitHub at all", () => {
  const alone = useService({ GITHUB_API_URL: "http://127.0.0.1:9", UPSTREAM_RETRIES: "0" });

  test("is 502, and names no host", async () => {
    await expectLocalError(await alone.get("/octocat"), 502);
  });

  test("leaves the service's own pages working", async () => {
    expect((await alone.get("/health")).status).toBe(200);
    await expectError(await alone.get("/_octocat"), 404);
  });
});
