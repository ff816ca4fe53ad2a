import { expect, test } from "vitest";
import { freshName, freshSince } from "./support/fresh.ts";
import { createGitHubCheck, propertiesOfGitHub } from "./support/openapi.ts";
import { startBeside, useService } from "./support/service.ts";
import { standIn } from "./support/stand-in.ts";

interface Quota {
  limit: number;
  remaining: number;
  used: number;
  reset: number;
}
interface Overview {
  resources: { core: Quota; search: Quota };
  rate: Quota;
}

const service = useService();
const overview = async (url = service.url) => (await (await fetch(`${url}/rate_limit`)).json()) as Overview;

test("has GitHub's shape, by GitHub's own schema", async () => {
  const check = await createGitHubCheck("rate-limit-overview");
  const response = await service.get("/rate_limit");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(check(await response.json())).toEqual([]);
  expect(check({ resources: {} }), "the check can fail").not.toEqual([]);
});

test("has every resource of GitHub's schema", async () => {
  const names = await propertiesOfGitHub("rate-limit-overview", "resources");
  expect(names).toEqual(expect.arrayContaining(["core", "search", "graphql", "integration_manifest"]));
  const { resources } = await overview();
  expect(Object.keys(resources)).toEqual(expect.arrayContaining(names));
  const { core, ...others } = resources;
  for (const [name, quota] of Object.entries(others))
    expect(quota, `${name} is not served`).toEqual({ limit: 0, remaining: 0, used: 0, reset: core.reset });
});

test("asks GitHub nothing", async () => {
  const before = await standIn(service).calls();
  await overview();
  await service.get("/rate_limit", { headers: { authorization: "Bearer good-client" } });
  expect(await standIn(service).calls()).toHaveLength(before.length);
});

test("agrees with the headers of the same response", async () => {
  const response = await service.get("/rate_limit");
  const { rate, resources } = (await response.json()) as Overview;
  expect(resources.core).toEqual(rate);
  for (const name of ["limit", "remaining", "used", "reset"] as const) {
    expect(response.headers.get(`x-ratelimit-${name}`), name).toBe(String(rate[name]));
  }
});

test("is updated by GitHub's responses", async () => {
  const token = `good-${freshName()}`;
  const own = await startBeside(service, { GITHUB_TOKEN: token });
  try {
    const before = (await overview(own.url)).rate;
    expect(before).toMatchObject({ limit: 4750, remaining: 4750, used: 0 });
    await fetch(`${own.url}/octocat?since=${freshSince()}`);
    expect((await overview(own.url)).rate).toMatchObject({ limit: 4750, remaining: 4749, used: 1 });
    // Another process spends from the same token: the next response shows it.
    await standIn(service).limit({ who: token, remaining: 1234 });
    await fetch(`${own.url}/octocat?since=${freshSince()}`);
    expect((await overview(own.url)).rate).toMatchObject({ limit: 4750, remaining: 983, used: 3767 });
  } finally {
    await own.stop();
  }
});

test("is GitHub's sixty without a token, less the reserve", async () => {
  const anonymous = await startBeside(service, { GITHUB_TOKEN: "" });
  try {
    expect((await overview(anonymous.url)).rate.limit).toBe(57);
  } finally {
    await anonymous.stop();
  }
});
