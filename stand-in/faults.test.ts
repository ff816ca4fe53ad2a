import { describe, expect, it } from "vitest";
import { createGitHub } from "./app.ts";
import type { Fault } from "./faults.ts";

const list = "https://api.github.com/users/octocat/gists";
const as = (more: RequestInit = {}) => ({ ...more, headers: { "user-agent": "test", authorization: "Bearer good" } });

function broken(fault: Fault) {
  const github = createGitHub();
  github.fault(fault);
  return github;
}

describe("faults of an injected stand-in", () => {
  it.each([401, 410, 422, 451, 500, 502, 503])("status %i", async (status) => {
    const answer = await broken({ kind: "status", status }).fetch(list, as());
    expect(answer.status).toBe(status);
    expect(await answer.json()).toHaveProperty("message");
  });

  it("status with a page of HTML", async () => {
    const answer = await broken({ kind: "status", status: 503, html: true, headers: { "retry-after": "5" } }).fetch(
      list,
      as(),
    );
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  it("fields are added to the response and to a 304, and links to its own", async () => {
    const github = broken({
      kind: "fields",
      fields: { sunset: "soon", link: '<https://docs.github.com>; rel="help"' },
    });
    const answer = await github.fetch(list, as());
    const etag = answer.headers.get("etag") ?? "";
    const again = await github.fetch(list, {
      headers: { "user-agent": "test", authorization: "Bearer good", "if-none-match": etag },
    });
    expect(again.status).toBe(304);
    for (const { headers } of [answer, again]) {
      expect(headers.get("sunset")).toBe("soon");
      expect(headers.get("link")).toMatch(/rel="next".*, <https:\/\/docs\.github\.com>; rel="help"$/);
    }
  });

  it("hang ends with the signal", async () => {
    const github = broken({ kind: "hang" });
    await expect(github.fetch(list, as({ signal: AbortSignal.timeout(30) }))).rejects.toThrow(
      expect.objectContaining({ name: "TimeoutError" }),
    );
    expect(github.counters()).toMatchObject({ inFlight: 0, total: 1 });
  });

  it("latency adds to other faults, and ends with the signal", async () => {
    const github = broken({ kind: "latency", ms: 40 });
    github.fault({ kind: "status", status: 500 });
    const begun = performance.now();
    expect((await github.fetch(list, as())).status).toBe(500);
    expect(performance.now() - begun).toBeGreaterThan(35);
    await expect(github.fetch(list, as({ signal: AbortSignal.timeout(5) }))).rejects.toThrow(
      expect.objectContaining({ name: "TimeoutError" }),
    );
  });

  it.each(["reset", "refused"] as const)("%s throws as fetch does", async (kind) => {
    await expect(broken({ kind }).fetch(list, as())).rejects.toThrow(TypeError);
  });

  it("cut breaks off in the body", async () => {
    const answer = await broken({ kind: "cut" }).fetch(list, as());
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow("terminated");
  });

  it("malformed, html and empty answer 200 without JSON", async () => {
    for (const kind of ["malformed", "html", "empty"] as const) {
      const answer = await broken({ kind }).fetch(list, as());
      expect(answer.status).toBe(200);
      await expect(answer.json()).rejects.toThrow(SyntaxError);
    }
  });

  it("content-type changes nothing else", async () => {
    const answer = await broken({ kind: "content-type" }).fetch(list, as());
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await answer.json()).toHaveLength(30);
  });

  it("drip and chunked give the whole body", async () => {
    for (const fault of [{ kind: "drip", ms: 1, bytes: 20_000 }, { kind: "chunked" }] as const) {
      const answer = await broken(fault).fetch(list, as());
      expect(answer.headers.has("content-length")).toBe(fault.kind === "drip");
      expect(await answer.json()).toHaveLength(30);
    }
  });

  it("oversize is as long as asked, and JSON", async () => {
    const text = await (await broken({ kind: "oversize", bytes: 1_000_000 }).fetch(list, as())).text();
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it("redirects within the origin and away from it", async () => {
    const manual = as({ redirect: "manual" });
    const within = await broken({ kind: "redirect", status: 301 }).fetch(`${list}?page=2`, manual);
    expect([within.status, within.headers.get("location")]).toEqual([
      301,
      "https://api.github.com/user/583231/gists?page=2",
    ]);
    const away = await broken({ kind: "redirect", to: "https://elsewhere.test/x" }).fetch(list, manual);
    expect([away.status, away.headers.get("location")]).toEqual([302, "https://elsewhere.test/x"]);
  });

  it("redirects are followed as by a real fetch", async () => {
    const github = broken({ kind: "redirect", times: 1 });
    expect(await (await github.fetch(list, as())).json()).toHaveLength(30);
    expect(github.calls.map((call) => call.path)).toEqual(["/users/octocat/gists", "/user/583231/gists"]);
    await expect(broken({ kind: "redirect" }).fetch(list, as())).rejects.toThrow("fetch failed");
    await expect(broken({ kind: "redirect", to: "https://elsewhere.test/" }).fetch(list, as())).rejects.toThrow(
      "fetch failed",
    );
    await expect(broken({ kind: "redirect" }).fetch(list, as({ redirect: "error" }))).rejects.toThrow("fetch failed");
  });

  it("limits that are not reached", async () => {
    const secondary = await broken({ kind: "secondary", status: 429, retryAfter: 30 }).fetch(list, as());
    expect([
      secondary.status,
      secondary.headers.get("retry-after"),
      secondary.headers.get("x-ratelimit-remaining"),
    ]).toEqual([429, "30", "5000"]);
    const primary = await broken({ kind: "primary", resetIn: 10 }).fetch(list, as());
    expect([primary.status, primary.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
    expect(primary.headers.get("retry-after")).toBeNull();
  });
});

describe("the requests of a fault", () => {
  const statuses = async (fault: Fault, paths: string[]) => {
    const github = broken(fault);
    const found: number[] = [];
    for (const path of paths) found.push((await github.fetch(`https://api.github.com${path}`, as())).status);
    return found;
  };
  const [octocat, hubot] = ["/users/octocat/gists", "/users/hubot/gists"] as const;

  it("so many requests, after so many", async () => {
    expect(
      await statuses({ kind: "status", status: 500, times: 2, after: 1 }, [octocat, octocat, hubot, octocat]),
    ).toEqual([200, 500, 500, 200]);
  });

  it("a path", async () => {
    expect(await statuses({ kind: "status", status: 500, path: "/users/Octocat" }, [hubot, octocat])).toEqual([
      200, 500,
    ]);
  });

  it("a token", async () => {
    expect(await statuses({ kind: "status", status: 500, token: "good" }, [octocat])).toEqual([500]);
    expect(await statuses({ kind: "status", status: 500, token: "other" }, [octocat])).toEqual([200]);
  });

  it("no request once it is cleared", async () => {
    const github = broken({ kind: "status", status: 500 });
    github.fault();
    expect((await github.fetch(list, as())).status).toBe(200);
  });
});
