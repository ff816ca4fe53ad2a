import { describe, expect, test } from "vitest";
import { defaultToken } from "../../harness/start-target.ts";
import { notable } from "../../stand-in/octocat.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { cacheStatus } from "./support/headers.ts";
import { useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { bySince, standIn } from "./support/stand-in.ts";

/** Client data that must not reach GitHub. */
const own = {
  authorization: "Bearer client-secret-1",
  cookie: "user_session=client-secret-2",
  "proxy-authorization": "Basic client-secret-3",
  "x-api-key": "client-secret-4",
  "x-github-otp": "client-secret-5",
  "x-forwarded-for": "192.0.2.66",
  forwarded: "for=192.0.2.66",
  referer: "https://client-secret-6.example/",
  origin: "https://client-secret-7.example",
  "user-agent": "client-secret-8",
  "accept-language": "client-secret-9",
  "x-custom": "client-secret-10",
};

describe("a client's own headers", () => {
  test("are not forwarded", async () => {
    const since = freshSince();
    expect((await shared.get(`/octocat?since=${since}&secret=client-secret-11`, { headers: own })).status).toBe(200);
    const [call] = await standIn(shared).calls(bySince(since));
    expect(call).toBeDefined();
    expect(JSON.stringify(call)).not.toMatch(/client-secret|192\.0\.2\.66/);
    for (const name of ["cookie", "origin", "referer", "x-api-key", "x-forwarded-for", "x-custom"]) {
      expect(call?.headers).not.toHaveProperty(name);
    }
  });

  test("do not make a response private or separate", async () => {
    const path = `/octocat?since=${freshSince()}`;
    const first = await shared.get(path, { headers: own });
    const second = await shared.get(path);
    expect(cacheStatus(second).hit).toBe(true);
    expect(first.headers.get("cache-control")).toBe("public, max-age=60");
    expect(first.headers.get("vary")).not.toMatch(/authorization|cookie/i);
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get("set-cookie")).toBeNull();
  });
});

describe("what is sent to GitHub", () => {
  test("is the service's token, its name and what was negotiated", async () => {
    const since = freshSince();
    await shared.get(`/octocat?since=${since}`);
    const [call] = await standIn(shared).calls(bySince(since));
    expect(call?.headers).toMatchObject({
      authorization: `Bearer ${defaultToken}`,
      "user-agent": expect.stringMatching(/^edge-gists\/\d+\.\d+\.\d+/),
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
    });
    expect(call?.method).toBe("GET");
  });

  const anonymous = useService({ GITHUB_TOKEN: "" });

  test("is no Authorization at all without a token", async () => {
    const since = freshSince();
    const response = await anonymous.get(`/octocat?since=${since}`, { headers: own });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-ratelimit-limit")).toBe("57");
    const [call] = await standIn(anonymous).calls(bySince(since));
    expect(call?.headers).not.toHaveProperty("authorization");
  });
});

describe("the service's token", () => {
  const service = useService({ GITHUB_TOKEN: "good-hush-82c1f0", LOG_LEVEL: "debug" });
  /** The token, and what may stand for it: base64, its end. */
  const traces = /good-hush|82c1f0|Z29vZC1odXNo/;

  test("is in no response and no log", async () => {
    const paths = [
      "/",
      "/health",
      "/metrics",
      "/rate_limit",
      "/openapi.json",
      "/docs",
      "/octocat",
      "/_",
      "/octocat?page=x",
    ];
    paths.push(`/${freshName()}`, "/gists/public", `/gists/${notable.blank}`, "/nothing/here");
    for (const path of paths) {
      const response = await service.get(path);
      expect(`${JSON.stringify([...response.headers])}${await response.text()}`, path).not.toMatch(traces);
    }
    await standIn(service).fault({ kind: "reset" });
    expect(await (await service.get(`/octocat?since=${freshSince()}`)).text()).not.toMatch(traces);
    await standIn(service).fault();
    expect(service.target.logs().length, "there is a log at all").toBeGreaterThan(0);
    expect(service.target.logs().join("\n")).not.toMatch(traces);
  });

  test("a client's secrets are in no log either", async () => {
    await service.get(`/octocat?since=${freshSince()}&token=client-secret-12`, { headers: own });
    await service.get("/octocat?per_page=client-secret-13", { headers: own });
    expect(service.target.logs().join("\n")).not.toMatch(/client-secret/);
  });
});
