import { randomUUID } from "node:crypto";
import { buildIfNeeded } from "../harness/built.mjs";
import { createPrinter, isForPeople } from "./programs/log-lines.mjs";
import { cockpit, nodeServer, readPorts, standIn, worker } from "./programs/servers.mjs";
import { createPrograms } from "./programs.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run demo

Everything offline, side by side: a stand-in for GitHub (GITHUB_PORT, 8081), the Node server
(PORT, 8080) and the Worker (WORKER_PORT, 8787), and a cockpit (COCKPIT_PORT, 8082): a page that
breaks GitHub, sends clients and shows what the caches do. Then it shows the log of both servers: for
people on a terminal, and as JSON elsewhere; LOG_FORMAT (pretty, json) chooses.

CACHE_TTL_SECONDS is 10 here, and CACHE_STALE_WHILE_REVALIDATE_SECONDS 2, where they are not set: a
viewer need not wait for a minute. STATUS_PAGE is on, where it is not set.
`;
readOptions({ usage });

const ports = readPorts(process.env);
const { url: github, settings: offline, program } = standIn(ports.github);
const {
  CACHE_TTL_SECONDS = "10",
  CACHE_STALE_WHILE_REVALIDATE_SECONDS = "2",
  PURGE_TOKEN = randomUUID(),
  STATUS_PAGE = "on",
  LOG_LEVEL,
} = process.env;
const settings = { ...offline, CACHE_TTL_SECONDS, CACHE_STALE_WHILE_REVALIDATE_SECONDS, PURGE_TOKEN };
/** A token each: the cockpit tells calls to GitHub apart by it. */
const tokens = { node: "good-demo-node", worker: "good-demo-worker" };
const print = createPrinter(isForPeople(process.env, process.stdout));

const programs = createPrograms();
buildIfNeeded();
await programs.run(program);
await programs.run(
  nodeServer({
    port: ports.node,
    settings: { ...settings, GITHUB_TOKEN: tokens.node, STATUS_PAGE },
    onLine: print("node"),
  }),
);
await programs.run(
  worker({
    port: ports.worker,
    settings: { ...settings, GITHUB_TOKEN: tokens.worker, ...(LOG_LEVEL && { LOG_LEVEL }) },
    onLine: print("worker"),
  }),
);
await programs.run(
  cockpit({
    port: ports.cockpit,
    options: {
      urls: { node: `http://127.0.0.1:${ports.node}`, worker: `http://127.0.0.1:${ports.worker}`, github },
      tokens,
      purgeToken: PURGE_TOKEN,
      lifetime: Number(CACHE_TTL_SECONDS),
    },
  }),
);

const node = `http://localhost:${ports.node}`;
const tries = [
  [`open http://localhost:${ports.cockpit}/`, "break GitHub, send clients, watch both servers"],
  [`open ${node}/`, "in a browser"],
  ...(STATUS_PAGE === "on" ? [[`open ${node}/status`, "the Node server's metrics as live charts"]] : []),
  [`curl -i '${node}/octocat?per_page=2'`, "twice: see Cache-Status"],
  [`curl -i ${node}/users/octocat/gists`, "GitHub's own path; Link leads to this server"],
  [`curl ${node}/gists/6cad326836d38bd3a7ae/raw/hello_world.rb`, "a file, by its name"],
  [`curl -s ${node}/rate_limit`, "the remaining quota at GitHub"],
  [`curl -s ${github}/_standin/calls`, "the calls to GitHub"],
];
const width = Math.max(...tries.map(([command]) => command.length));
console.log(`
Edge Gists, offline. A stand-in for GitHub runs on ${github}

  Node server   ${node}
  Worker        http://localhost:${ports.worker}
  Cockpit       http://localhost:${ports.cockpit}

Try:
${tries.map(([command, text]) => `  ${command.padEnd(width)}   ${text}`).join("\n")}

Users with gists: octocat (130), Torvalds-Test, hubot, mona_acme. empty-handed has none. Others are a 404.
Ctrl+C ends it.
`);
