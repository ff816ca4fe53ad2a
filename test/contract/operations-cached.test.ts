import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Trouble } from "../../stand-in/faults.ts";
import { expectErrorBody } from "./support/errors.ts";
import { freshSince } from "./support/fresh.ts";
import { cacheStatus } from "./support/headers.ts";
import { isService, knownPath, type Operation, operations, valueOf, visit } from "./support/operations.ts";
import { fill } from "./support/resources.ts";
import { runtime, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { standIn, withoutCalls } from "./support/stand-in.ts";

/* Every operation that asks GitHub: cached, revalidated, and honest about GitHub's failures. See operations.test.ts. */

const asking = operations.filter((operation) => !isService(operation));

/** A new path: of a resource that GitHub does not know, or with a fresh `since`. */
function freshPath({ title, template, parameters }: Operation): string {
  const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
  const takesSince = parameters.some(({ name }) => name === "since");
  if (parameters.some(({ name }) => name === "url"))
    return `${template}?url=https://gist.github.com/${valueOf("gist_id", "unknown")}`;
  if (inPath.length === 0 && !takesSince) throw new Error(`no fresh path of ${title}: teach freshPath() one`);
  const path = fill(template, Object.fromEntries(inPath.map((name) => [name, valueOf(name, "unknown")])));
  return takesSince ? `${path}?since=${freshSince()}` : path;
}

describe("cached", () => {
  const service = useService();

  test.each(asking)("$title is a miss that is stored, then a hit that costs no call", async (operation) => {
    const path = await knownPath(service, operation);
    const before = (await standIn(service).calls()).length;
    const first = await service.get(path);
    // The short address and the long one share entries; `since` keeps these two apart.
    const miss = { cache: "EdgeGists", fwd: "miss", "fwd-status": 200, stored: true, ttl: 60 };
    expect(cacheStatus(first), "a miss, or another row of the table names the same resource").toEqual(miss);
    expect((await standIn(service).calls()).length - before, "calls to GitHub").toBe(1);
    const second = await withoutCalls(service, () => service.get(path));
    const { ttl, ...rest } = cacheStatus(second);
    expect(rest).toEqual({ cache: "EdgeGists", hit: true });
    expect(ttl).toBeGreaterThan(50);
    expect(ttl).toBeLessThanOrEqual(60);
    expect(await second.text()).toBe(await first.text());
  });
});

test.each(asking)("$title has an ETag that saves the body when sent back", async (operation) => {
  const path = await knownPath(shared, operation);
  const { headers } = await visit(shared, operation, path);
  const etag = headers.get("etag") ?? "";
  // The bytes of a file have a strong one: parts of them may be put together.
  expect(etag).toMatch(operation.template.includes("/raw") ? /^"[0-9a-f]{40,64}"$/ : /^W\/"[0-9a-f]{16,64}"$/);
  const second = await visit(shared, operation, path, { headers: { "if-none-match": etag } });
  expect(second.status).toBe(304);
  expect(second.text).toBe("");
  expect(second.headers.get("etag")).toBe(etag);
});

describe("GitHub's failures", () => {
  const failures: [string, Trouble][] = [
    ["500", { kind: "status", status: 500 }],
    ["503 in HTML", { kind: "status", status: 503, html: true }],
    ["401", { kind: "status", status: 401 }],
    ["an empty body", { kind: "empty" }],
    ["HTML with 200", { kind: "html" }],
  ];

  describe.each(failures)("%s", (_what, trouble) => {
    // Each has its own: a refused token leaves the few calls of an address without one.
    const service = useService({ UPSTREAM_RETRIES: "0" });
    afterEach(() => standIn(service).fault());

    test.each(asking)("is 502 for $title, and not kept", async (operation) => {
      const path = freshPath(operation);
      await standIn(service).fault(trouble);
      const failed = await visit(service, operation, path);
      await standIn(service).fault();
      expect(failed.status, failed.text).toBe(502);
      expectErrorBody(failed.text, 502);
      expect([200, 404]).toContain((await visit(service, operation, path)).status);
    });
  });

  describe.each([403, 410, 422, 451])("what it says of a resource by %i", (said) => {
    const service = useService({ UPSTREAM_RETRIES: "0" });
    afterEach(() => standIn(service).fault());

    test.each(asking)("is passed on by $title", async (operation) => {
      await standIn(service).fault({ kind: "status", status: said, message: "Repository access blocked" });
      const { status, text } = await visit(service, operation, freshPath(operation));
      expect(status, text).toBe(said);
    });
  });
});

describe.skipIf(runtime === "gateway")("while GitHub limits this service", () => {
  const service = useService();

  beforeAll(async () => {
    await standIn(service).fault({ kind: "secondary", retryAfter: 60 });
    await service.get(`/octocat?since=${freshSince()}`);
  });

  test.each(asking)("$title is 403 with Retry-After, without a call", async (operation) => {
    const { status, headers, text } = await withoutCalls(service, () =>
      visit(service, operation, freshPath(operation)),
    );
    expect(status, text).toBe(403);
    expectErrorBody(text, 403);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("without GitHub", () => {
  const service = useService({ GITHUB_API_URL: "http://127.0.0.1:9", UPSTREAM_RETRIES: "0" });

  test.each(asking)("$title is 502", async (operation) => {
    const { status, text } = await visit(service, operation, freshPath(operation));
    expect(status, text).toBe(502);
    expectErrorBody(text, 502);
  });
});

describe("while GitHub does not respond", () => {
  const service = useService({ UPSTREAM_TIMEOUT_MS: "1000", UPSTREAM_RETRIES: "0" });

  test("all are 504 in time", async () => {
    await standIn(service).fault({ kind: "hang" });
    const visits = asking.map(async (operation) => {
      const { status, text } = await visit(service, operation, freshPath(operation));
      expectErrorBody(text, 504);
      return [operation.title, status];
    });
    expect(await Promise.all(visits)).toEqual(asking.map(({ title }) => [title, 504]));
  });
});
