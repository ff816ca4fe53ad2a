import { describe, expect, test } from "vitest";
import { freshName, freshSince } from "./support/fresh.ts";
import { items } from "./support/headers.ts";
import { local, resources } from "./support/resources.ts";
import { startBeside, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { standIn } from "./support/stand-in.ts";

const rows = [
  ...resources.map(({ name, path }) => ({ name, path: () => path(shared.github) })),
  ...local.map((name) => ({ name, path: () => Promise.resolve(name) })),
  { name: "an error of GitHub's", path: () => Promise.resolve(`/${freshName()}`) },
  { name: "a name that cannot exist", path: () => Promise.resolve("/_octocat") },
  { name: "a wrong parameter", path: () => Promise.resolve("/octocat?page=x") },
  { name: "an unknown path", path: () => Promise.resolve("/no/such/path") },
];

/** The one page that is made for frames of other sites: embed.test.ts has its policy. */
const isForFrames = (name: string) => name.startsWith("/embed/");

describe.each(rows)("$name", ({ name, path }) => {
  test("has security headers, and says nothing of what runs it", async () => {
    const { headers } = await shared.get(await path());
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toMatch(/^(no-referrer|strict-origin|same-origin)/);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy, "nothing is loaded but what the page needs").toMatch(/default-src '(none|self)'/);
    const ancestors = isForFrames(name) ? "frame-ancestors *" : "frame-ancestors 'none'";
    expect(policy, "nobody frames it").toContain(ancestors);
    expect(policy.replace(ancestors, "")).not.toMatch(/unsafe-eval|\*|https?:/);
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("server") ?? "", "GitHub's server is not this one").not.toMatch(/github|hono|node|workerd/i);
    expect(headers.get("set-cookie")).toBeNull();
  });

  test("tells the service's own quota", async () => {
    const { headers } = await shared.get(await path());
    const [limit, remaining, used, reset] = ["limit", "remaining", "used", "reset"].map((name) => {
      const text = headers.get(`x-ratelimit-${name}`);
      expect(text, `x-ratelimit-${name}`).toMatch(/^\d+$/);
      return Number(text);
    }) as [number, number, number, number];
    expect(limit, "5,000, less 5 % for revalidation").toBe(4750);
    expect(remaining + used).toBe(limit);
    const now = Date.now() / 1000;
    expect(reset).toBeGreaterThan(now);
    expect(reset).toBeLessThan(now + 3700);
    expect(headers.get("x-ratelimit-resource")).toBe("core");
  });
});

describe.each(resources)("$name", ({ name, path }) => {
  test("varies by what is negotiated", async () => {
    const vary = items(await shared.get(await path(shared.github)), "vary");
    // A file has one media type, whatever a client asks for.
    const isFile = /\/raw(?:$|\/)/.test(name);
    expect(vary).toEqual(expect.arrayContaining(isFile ? [] : ["accept", "x-github-api-version"]));
    expect(vary.includes("accept")).toBe(!isFile);
    expect(vary).not.toContain("*");
  });

  test("passes on none of GitHub's headers that are about GitHub's connection", async () => {
    const { headers } = await shared.get(await path(shared.github));
    expect(headers.get("x-github-request-id") ?? "", "GitHub's has colons").not.toContain(":");
    expect(headers.get("cache-control")).not.toMatch(/private|s-maxage/);
  });
});

test.each<[string, () => string]>([
  ["a miss", () => `/octocat?since=${freshSince()}`],
  ["an error of GitHub's", () => `/${freshName()}`],
  ["an error", () => "/octocat?page=x"],
  ["the service's own page", () => "/rate_limit"],
  ["health", () => "/health"],
])("%s has an id of this request alone", async (_what, toPath) => {
  const ids = [await shared.get(toPath()), await shared.get(toPath())].map(({ headers }) =>
    headers.get("x-github-request-id"),
  );
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16,32}$/);
  expect(ids[0]).not.toBe(ids[1]);
});

describe("x-ratelimit-*", () => {
  const service = useService();
  const remaining = (response: Response) => Number(response.headers.get("x-ratelimit-remaining"));

  test("is the current one, not that of the time of caching", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const first = await service.get(path);
    const second = await service.get(`/octocat?since=${freshSince()}`);
    expect(remaining(second)).toBe(remaining(first) - 1);
    const kept = await service.get(path);
    expect(kept.headers.get("cache-status")).toContain("hit");
    expect(remaining(kept)).toBe(remaining(second));
    expect(Number(kept.headers.get("x-ratelimit-used"))).toBe(Number(second.headers.get("x-ratelimit-used")));
  });

  test("is GitHub's, if others use the same token", async () => {
    const token = `good-${freshName()}`;
    const [one, two] = await Promise.all([
      startBeside(service, { GITHUB_TOKEN: token }),
      startBeside(service, { GITHUB_TOKEN: token }),
    ]);
    try {
      for (let n = 0; n < 3; n++) await fetch(`${one.url}/octocat?since=${freshSince()}`);
      const seen = await fetch(`${two.url}/octocat?since=${freshSince()}`);
      expect(seen.headers.get("x-ratelimit-used")).toBe("4");
      expect(seen.headers.get("x-ratelimit-remaining")).toBe("4746");
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });

  test("adds up over a pool of tokens", async () => {
    const pool = await startBeside(service, { GITHUB_TOKEN: `good-${freshName()},good-${freshName()}` });
    try {
      const response = await fetch(`${pool.url}/octocat?since=${freshSince()}`);
      expect(response.headers.get("x-ratelimit-limit")).toBe("9500");
      expect(response.headers.get("x-ratelimit-remaining")).toBe("9499");
    } finally {
      await pool.stop();
    }
  });

  test("costs no call of its own", async () => {
    const before = (await standIn(service).calls()).length;
    await service.get("/health");
    await service.get("/_");
    expect(await standIn(service).calls()).toHaveLength(before);
  });
});
