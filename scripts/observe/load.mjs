/**
 * Visitors of a running service, so that its dashboards have something to show: `RATE` (10) requests a second to `URL`.
 * `COLLECTOR`: the address of Alloy's Faro receiver, to which it reports as the explorer page would, with made-up numbers.
 * `GITHUB`: the stand-in, which it disturbs from time to time. `PURGE_TOKEN`: purges. Uses Node's own modules only.
 */
import { randomBytes, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const { URL: service = "http://127.0.0.1:8080", COLLECTOR, GITHUB, PURGE_TOKEN } = process.env;

/** However it is set, it is no load test. */
const rate = Math.min(50, Math.max(1, Number(process.env.RATE ?? 10)));
/** Further requests are left out. */
const mostWaiting = 50;

const oneOf = (list) => list[randomInt(list.length)];

const html = { accept: "text/html" };
/** Gists of the stand-in, by stand-in/octocat.ts. */
const gists = ["6cad326836d38bd3a7ae", "aa5a315d61ae9438b18d00000000c045", "aa5a315d61ae9438b18d00000000e060"];
const large = "aa5a315d61ae9438b18d00000000fa11";

/** What visitors ask for; the first ones most often. */
const visits = GITHUB
  ? [
      () => ["/users/octocat/gists"],
      () => [`/users/octocat/gists?per_page=5&page=${randomInt(1, 26)}`],
      () => [`/gists/${oneOf(gists)}`],
      () => ["/gists/public"],
      () => [`/gists/${gists[1]}/comments`],
      () => [`/gists/${gists[2]}/commits`],
      () => [`/gists/${oneOf(gists)}/raw`],
      () => [`/gists/${large}/raw/two-megabytes.csv`],
      () => ["/", html],
      () => ["/users/hubot"],
      () => ["/rate_limit"],
      () => [`/users/nobody-${randomInt(20)}/gists`],
      () => ["/users/octocat/gists?page=none"],
    ]
  : [() => ["/users/octocat/gists"], () => ["/users/octocat"], () => ["/", html], () => ["/rate_limit"]];

const tags = new Map();
let waiting = 0;

/** One request; a client that has a response already asks whether it changed. */
async function visit() {
  if (waiting >= mostWaiting) return;
  const [path, headers] = visits[Math.min(randomInt(visits.length), randomInt(visits.length))]();
  const tag = randomInt(3) === 0 && !headers && tags.get(path);
  waiting += 1;
  try {
    const response = await fetch(service + path, {
      headers: { "user-agent": "edge-gists-load", ...headers, ...(tag && { "if-none-match": tag }) },
      signal: AbortSignal.timeout(15_000),
    });
    await response.arrayBuffer();
    if (response.ok && !headers && response.headers.has("etag")) tags.set(path, response.headers.get("etag"));
  } catch {
    // The service is not there now: the dashboards show it.
  } finally {
    waiting -= 1;
  }
}

async function send(url, method, body, headers) {
  const init = {
    method,
    signal: AbortSignal.timeout(5000),
    headers: { "content-type": "application/json", ...headers },
  };
  try {
    await fetch(url, { ...init, ...(body && { body: JSON.stringify(body) }) }).then((response) => response.text());
  } catch {
    // As above.
  }
}

/** What happens to GitHub, again and again: the seconds until then, and the fault or the change. */
const scenes = [
  [3, { kind: "latency", ms: 900 }],
  [6, undefined],
  [4, { kind: "status", status: 503 }],
  [10, undefined],
  [6, { kind: "reset" }],
  [6, undefined],
];

async function disturb() {
  for (let edition = 1; ; edition += 1)
    for (const [seconds, fault] of scenes) {
      await sleep(seconds * 1000);
      await send(`${GITHUB}/_standin/faults`, "DELETE");
      if (fault) await send(`${GITHUB}/_standin/faults`, "POST", fault);
      else await send(`${GITHUB}/_standin/gists/${oneOf(gists)}`, "PATCH", { description: `Edition ${edition}` });
    }
}

/** Soon, so that its panel has data, and seldom: what is purged cannot be sent while GitHub fails. */
async function purge() {
  for (let seconds = 15; ; seconds = 120) {
    await sleep(seconds * 1000);
    await send(`${service}/gists/${oneOf(gists)}`, "DELETE", undefined, { authorization: `Bearer ${PURGE_TOKEN}` });
  }
}

const sessions = Array.from({ length: 12 }, () => randomBytes(5).toString("hex"));

/** A report in the shape of Faro's payload: https://grafana.com/docs/alloy/latest/reference/components/faro/faro.receiver/ */
function toReport(number) {
  const timestamp = new Date().toISOString();
  const id = oneOf(["home", "user", "gist"]);
  const vital = (values) => ({ type: "web-vitals", values, timestamp });
  const answer = { duration_ms: randomInt(5, 120), status: 200 };
  return {
    meta: {
      app: { name: "edge-gists-explorer", version: "made-up" },
      session: { id: oneOf(sessions) },
      page: { id, url: `${service}/` },
      browser: { name: "load generator" },
    },
    measurements: [
      vital({ lcp: randomInt(300, 2200) }),
      vital({ inp: randomInt(8, 180) }),
      vital({ cls: randomInt(80) / 1000 }),
      vital({ ttfb: randomInt(10, 400) }),
      {
        type: "edge_answer",
        values: answer,
        timestamp,
        context: { view: id, handling: oneOf(["HIT", "HIT", "MISS"]) },
      },
    ],
    events: [{ name: "view_changed", timestamp }],
    ...(number % 12 === 0 && {
      exceptions: [{ type: "Error", value: "An exception that the load generator made up", timestamp }],
    }),
  };
}

setInterval(visit, 1000 / rate);
let reports = 0;
if (COLLECTOR) setInterval(() => send(COLLECTOR, "POST", toReport(reports++)), 2000);
if (GITHUB) void disturb();
if (PURGE_TOKEN) void purge();
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(0));
console.log(`${rate} requests a second to ${service}`);
