import { expect, test } from "vitest";
import { freshGistId, freshName, freshSince } from "../contract/support/fresh.ts";
import { useTraced } from "./support/service.ts";
import { expose, seriesOf, toSamples } from "./support/exposition.ts";
import { freshParent } from "./support/traces.ts";

const { service } = await useTraced({
  OTEL_TRACES_SAMPLER: "always_off",
  LOG_LEVEL: "info",
  LOG_HIT_RATIO: "0",
  // Nothing becomes stale meanwhile, which would be one more value.
  CACHE_TTL_SECONDS: "3600",
  CACHE_NEGATIVE_TTL_SECONDS: "3600",
});

/** One request of each imaginable kind, with new names. */
function hostile(n: number): [path: string, init: RequestInit][] {
  const [name, id] = [freshName(), freshGistId()];
  const odd = `X${id.slice(0, 8).toUpperCase()}`;
  const headers = {
    "user-agent": name,
    "x-forwarded-for": `192.0.2.${n % 256}`,
    "x-forwarded-host": `${name}.example`,
    "x-github-api-version": n % 2 === 0 ? "2022-11-28" : name,
    accept: n % 3 === 0 ? `application/vnd.github.${name}+json` : "*/*",
    traceparent: freshParent(n % 2 === 0).header,
    origin: `https://${name}.example`,
    "if-none-match": `"${id}"`,
    [`x-${name}`]: name,
  };
  return [
    [`/${name}`, { headers }],
    [`/${name}`, { method: odd }],
    [`/${name}/${id}/${n}`, { headers }],
    [`/gists/${id}`, {}],
    [`/gists/${id}`, { method: "PATCH", headers }],
    [`/gists/${name}`, { headers }],
    [`/users/${name}/gists?page=x${n}`, {}],
    [`/octocat?since=${freshSince()}`, { headers }],
    [`/octocat?${name}=${id}`, {}],
    [`/octocat?since=${name}`, {}],
    [`/%zz${name}`, {}],
    [`/assets/${name}.js`, {}],
    [`/health/${name}`, { method: "DELETE" }],
    [`/health?${name}`, { method: odd }],
    [`/metrics/${name}`, {}],
    [`/__proto__/${name}`, { headers }],
  ];
}

async function send(rounds: number): Promise<number> {
  const requests = Array.from({ length: rounds }, (_, n) => hostile(n)).flat();
  const lanes = Array.from({ length: 16 }, async () => {
    for (let next = requests.shift(); next; next = requests.shift()) {
      const response = await service.get(...next);
      await response.arrayBuffer();
    }
  });
  const count = requests.length;
  await Promise.all(lanes);
  return count;
}

test("hundreds of hostile paths, methods, headers and usernames make not one more series", async () => {
  // Each kind, with each of the remainders that choose its header fields; a second time, since by then some are hits.
  for (let n = 0; n < 2; n++) await send(12);
  // The scrape itself is a request.
  await expose(service);
  const before = seriesOf(await expose(service));
  await send(60);
  const after = seriesOf(await expose(service));
  expect(after).toEqual(before);
  // workerd itself responds to requests with odd methods.
  const counted = [...toSamples(await expose(service))].filter(([series]) => series.startsWith("http_requests_total"));
  expect(
    counted.reduce((sum, [, value]) => sum + value, 0),
    "they were counted",
  ).toBeGreaterThan(1100);
}, 120_000);
