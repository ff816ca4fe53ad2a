import { containerStart } from "../../harness/built.mjs";
import { load } from "../telemetry/load.mjs";
import { start } from "../telemetry/servers.mjs";
import { connections, fixed, loadCore, rounds, seconds, serverCore } from "./conditions.mjs";
import { openLoop } from "./open-loop.mjs";
import { capture, startBare, startFastApi, startNginx } from "./peers.mjs";
import { median, medianRatio } from "./stats.mjs";

const paths = ["/octocat?per_page=1", "/octocat?per_page=21&page=3"];
const shares = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9];

/**
 * Indexes in random order. In a rotating order each server would always run after the same other one, under its
 * after-effects.
 */
function shuffled({ length }) {
  return Array.from({ length }, (_, index) => ({ index, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ index }) => index);
}

/** Rounds of one load on several servers. @returns requests a second, a list of rounds for each server */
async function saturate(urls) {
  const measured = urls.map(() => []);
  for (const url of urls) await load(loadCore, url, { connections, seconds: 2 });
  for (let round = 0; round < rounds; round++) {
    for (const index of shuffled(urls)) {
      // Its heap shrank while others ran: its full throughput needs a grown heap.
      await load(loadCore, urls[index], { connections, seconds: 1 });
      const { perSecond } = await load(loadCore, urls[index], { connections, seconds });
      measured[index].push(perSecond);
    }
  }
  return measured;
}

/** 304s and whole responses, of a server that has the entry. */
async function measureNotModified(url, { fields }) {
  const etag = fields[fields.findIndex((name) => name.toLowerCase() === "etag") + 1];
  const full = [];
  const notModified = [];
  for (let round = 0; round < rounds; round++) {
    full.push((await load(loadCore, url, { connections, seconds })).perSecond);
    const more = ["-H", `If-None-Match: ${etag}`];
    notModified.push((await load(loadCore, url, { connections, seconds, more })).perSecond);
  }
  const weigh = ({ head, body }) => head + body.length;
  return {
    requestsPerSecondToFull: medianRatio(notModified, full),
    bytes: weigh(await capture(url, { "if-none-match": etag })),
    bytesOfFull: weigh(await capture(url)),
  };
}

/**
 * Latency at shares of each server's own saturation, alternately; p99ToBare is the median over rounds.
 * @param {{ name: string, url: string, capacity: number }[]} servers bare node:http first
 */
async function measureLatency(servers) {
  const points = [];
  for (const share of shares) {
    const asked = servers.map(({ capacity }) => Math.round(capacity * share));
    const tries = servers.map(() => []);
    // The first round is preceded by a warm-up of both for this load.
    for (let round = -1; round < (share === 0.7 ? rounds : 1); round++) {
      for (const index of shuffled(servers)) {
        const options = { perSecond: asked[index], connections: 64, seconds };
        const answered = await openLoop(loadCore, servers[index].url, options);
        if (round >= 0) tries[index].push(answered);
      }
    }
    const of = (index, key) => tries[index].map((one) => one[key]);
    points.push(
      ...servers.map(({ name }, index) => ({
        name,
        share,
        asked: asked[index],
        perSecond: Math.round(median(of(index, "rate"))),
        p50: fixed(median(of(index, "p50")), 3),
        p99: fixed(median(of(index, "p99")), 3),
        p99ToBare: medianRatio(of(index, "p99"), of(0, "p99")),
      })),
    );
  }
  return points;
}

/**
 * Cached responses of two sizes: this service, started like the container, bare node:http and the alternatives.
 * @param {{ url: string }} github the stand-in
 * @param {{ url: string }} sink a receiver of traces
 */
export async function measureThroughput(github, sink) {
  const results = { throughput: [], latency: [] };
  const started = [];
  const keep = (server) => {
    if (server) started.push(server);
    return server;
  };
  const { args, env: tunables } = containerStart();
  const startOurs = async (env) =>
    keep(
      await start(
        serverCore,
        args,
        {
          GITHUB_API_URL: github.url,
          CACHE_TTL_SECONDS: "86400",
          OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
          ...tunables,
          ...env,
        },
        "/health",
      ),
    );
  const [quiet, untraced] = [{ LOG_HIT_RATIO: "0" }, { OTEL_TRACES_SAMPLER: "always_off" }];
  const peer = async (starting) => keep(await starting);
  try {
    const unsampled = await startOurs({ ...quiet, ...untraced });
    const servers = [
      ["edge-gists, hits not logged, traces unsampled", unsampled],
      ["edge-gists, hits logged, traces unsampled", await startOurs(untraced)],
      ["edge-gists, every request traced and exported", await startOurs(quiet)],
      ["edge-gists, hits logged, every request traced and exported", await startOurs({})],
      ["FastAPI, one uvicorn worker, five fields a gist", await peer(startFastApi(serverCore, github.url, paths[0]))],
      [
        "FastAPI, one uvicorn worker, the same data",
        await peer(startFastApi(serverCore, github.url, paths[0], "whole")),
      ],
      ["nginx, proxy_cache, one worker", await peer(startNginx(serverCore, github.url, paths[0]))],
    ].filter(([, server]) => server);

    for (const path of paths) {
      const hit = `${unsampled.url}${path}`;
      await capture(hit);
      const answer = await capture(hit);
      const bare = keep(await startBare(serverCore, answer));
      const body = answer.body.length;
      const names = ["bare node:http", ...servers.map(([name]) => name)];
      const urls = [`${bare.url}/`, ...servers.map(([, { url }]) => `${url}${path}`)];
      // One after the other: not each of them makes only one call to GitHub for concurrent requests.
      for (const url of urls) {
        const { status } = await capture(url);
        if (status !== 200) throw new Error(`${url} responds with ${status}`);
      }
      const measured = await saturate(urls);
      const rows = names.map((name, index) => ({
        body,
        name,
        perSecond: Math.round(median(measured[index])),
        toBare: medianRatio(measured[index], measured[0]),
        ...(name.startsWith("FastAPI") && { oursToIt: medianRatio(measured[1], measured[index]) }),
      }));
      console.table(rows);
      results.throughput.push(...rows);
      results.notModified ??= await measureNotModified(hit, answer);
      const compared = [
        { name: "bare node:http", url: urls[0], capacity: median(measured[0]) },
        { name: "edge-gists", url: hit, capacity: median(measured[1]) },
      ];
      const points = (await measureLatency(compared)).map((point) => ({ body, ...point }));
      console.table(points);
      results.latency.push(...points);
    }
    return results;
  } finally {
    for (const server of started) server.stop();
  }
}
