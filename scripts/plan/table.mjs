/** The plan as a text for a terminal. */

const count = (value) => Math.round(value).toLocaleString("en");
const rough = (value) => (value < 10 ? value.toFixed(value < 1 ? 3 : 1) : count(value));
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const dollars = (value) => `$${value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** Bytes in the largest unit of which it is one or more. */
function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const at = Math.min(Math.max(Math.floor(Math.log10(Math.max(value, 1)) / 3), 0), units.length - 1);
  return `${(value / 1000 ** at).toFixed(at === 0 ? 0 : 1)} ${units[at]}`;
}

const section = (title, rows) => ({ title, rows: rows.filter(Boolean) });

function sectionsOf({ load, lifetimes, responses, github, node, redis, worker, bandwidth }) {
  const { tokens } = github;
  return [
    section("Requests", [
      ["Requests a second", rough(load.requestsPerSecond)],
      ["Resources", count(load.resources), `Zipf, exponent ${load.exponent}`],
      ["Fresh hits", percent(responses.hits), `lifetime ${lifetimes.ttl} s`],
      ["Stale at once", percent(responses.stale), `within ${lifetimes.staleWhileRevalidate} s after it`],
      ["Waiting for GitHub", percent(responses.waits)],
    ]),
    section("GitHub", [
      ["Calls an hour", count(github.callsAnHour)],
      ["  200, which cost quota", count(github.full)],
      ["  304, which are free", count(github.notModified), "with a token"],
      ["  200 in the first hour, from an empty cache", count(github.fullInFirstHour)],
      ["Calls at once, on average", rough(github.concurrent), `${github.concurrency} at most`],
      ["Filling an empty cache", `${rough(github.secondsToFill)} s`, "at least"],
      ["Tokens needed", count(tokens.needed), `${tokens.byQuota} by quota, ${tokens.byPace} by pace`],
      ["Tokens for the first hour", count(Math.max(tokens.inFirstHour, tokens.byPace))],
      tokens.given !== undefined && ["Fits", github.fits ? "yes" : "no", `${count(tokens.given)} tokens`],
      [
        "  each",
        `${count(tokens.quota)} calls an hour`,
        `reserve ${tokens.reservePercent} %, ${tokens.callsPerMinute} calls a minute`,
      ],
    ]),
    node &&
      section("Pods", [
        ["Pods", count(node.pods), `${node.neededByCpu} needed by CPU, ${node.neededByCalls} by calls at once`],
        ["CPU", `${rough(node.cores)} cores`],
        ["From a pod's own memory", percent(node.fromOwnMemory), `${percent(node.onFastPath)} on the fast path`],
        ["Memory of a pod, at most", bytes(node.memoryBytes)],
        [
          "Entries that fit in a pod",
          count(node.entriesThatFit),
          node.secondsUnused === Infinity
            ? "none is evicted"
            : `evicted after ${rough(node.secondsUnused)} s without a use`,
        ],
      ]),
    redis &&
      section("Redis", [
        ["Entries", count(redis.entries)],
        ["Memory", bytes(redis.bytes)],
        ["Reads a second", rough(redis.readsPerSecond)],
        ["Scripts a second", rough(redis.scriptsPerSecond), "leases, entries"],
        ["Traffic, at most", `${bytes(redis.bytesPerSecond)}/s`],
      ]),
    worker &&
      section(
        "Worker, by the tier that isolates share",
        worker.map(({ tier, callsAnHour, tokens: needed, dollarsPerMonth, isWithinFreePlan }) => [
          tier,
          `${dollars(dollarsPerMonth)} a month`,
          `${count(callsAnHour)} calls an hour, ${count(needed)} tokens${isWithinFreePlan ? ", or the free plan" : ""}`,
        ]),
      ),
    section("Bandwidth", [
      ["To clients", `${bytes(bandwidth.toClientsPerSecond)}/s`, `${bytes(bandwidth.toClientsPerMonth)} a month`],
      ["From GitHub", `${bytes(bandwidth.fromGitHubPerSecond)}/s`],
    ]),
  ].filter(Boolean);
}

/** @param {ReturnType<typeof import("./plan.mjs").toPlan>} plan */
export function toText(plan) {
  const sections = sectionsOf(plan);
  const rows = sections.flatMap((part) => part.rows);
  const widthOf = (column) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [first, second] = [widthOf(0), widthOf(1)];
  const toLine = ([name, value, note]) =>
    `  ${name.padEnd(first)}  ${value.padStart(second)}${note ? `   ${note}` : ""}`;
  return [
    ...sections.flatMap((part) => [part.title, ...part.rows.map(toLine), ""]),
    ...plan.warnings.map((warning) => `WARNING: ${warning}`),
    ...(plan.node
      ? [`CPU: measured on ${plan.measured.machine} (${plan.measured.hits}; ${plan.measured.others})`]
      : []),
    ...(plan.prices ? [`Prices: Cloudflare's public list of ${plan.prices.date}`] : []),
    "docs/capacity.md explains the model and its limits.",
  ].join("\n");
}
