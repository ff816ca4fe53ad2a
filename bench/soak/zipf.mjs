import { writeFileSync } from "node:fs";
import { createCore } from "./core.mjs";
import { createRandom, createZipf } from "./workload.mjs";
import { readOptions } from "../../scripts/options.mjs";

const usage = `
npm run bench zipf

A million requests over 100,000 users and ten minutes, Zipf (exponent 1), against the real core
with room for all of them: GitHub is asked once for each key and lifetime. Writes
bench/results/zipf.json.
`;
readOptions({ usage });

const [requests, users, minutes] = [1_000_000, 100_000, 10];
// GitHub's pace for one token (800 calls a minute) is not measured.
const tokens = Array.from({ length: 256 }, (_, n) => `good-zipf-${n}`).join(",");
const core = await createCore({
  env: { GITHUB_TOKEN: tokens, CACHE_MAX_ENTRIES: String(users), CACHE_MAX_BYTES: String(1024 ** 3) },
});
const draw = createZipf(users, 1, createRandom(1));
const lifetime = core.config.CACHE_TTL_SECONDS * 1000;
const staleFor = core.config.CACHE_STALE_WHILE_REVALIDATE_SECONDS * 1000;
const asked = new Float64Array(users).fill(-Infinity);
const counts = { hits: 0, stale: 0, least: 0 };

const since = performance.now();
for (let n = 0; n < requests; n++) {
  const user = draw();
  const age = core.now() - asked[user];
  if (age >= lifetime) {
    asked[user] = core.now();
    counts.least += 1;
    if (age < lifetime + staleFor) counts.stale += 1;
  }
  if (/; hit;/.test(await core.ask(user))) counts.hits += 1;
  core.step((minutes * 60_000) / requests);
}
const upstreamCalls = core.calls[200] + core.calls[304];
const report = {
  what: "Calls to GitHub for a skewed load, next to the minimum: one for each key and lifetime",
  method: `${requests} requests one after another over ${users} users in ${minutes} simulated minutes, Zipf with exponent 1, seeded; the real core, its clock stepped, GitHub injected; room for all entries`,
  versions: { node: process.version },
  results: {
    requests,
    users,
    minutes,
    upstreamCalls,
    leastCalls: counts.least,
    freeCalls304: core.calls[304],
    hits: counts.hits,
    refreshedBehind: counts.stale,
    seconds: Math.round((performance.now() - since) / 1000),
  },
};
console.table(report.results);
if (upstreamCalls !== counts.least) {
  console.log("FAILED: GitHub was not called exactly once for each key and lifetime");
  process.exitCode = 1;
} else writeFileSync(new URL("../results/zipf.json", import.meta.url), `${JSON.stringify(report, undefined, 2)}\n`);
