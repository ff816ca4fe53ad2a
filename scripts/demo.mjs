import { buildIfNeeded } from "../harness/built.mjs";
import { createPrinter, isForPeople } from "./programs/log-lines.mjs";
import { nodeServer, readPorts, standIn, worker } from "./programs/servers.mjs";
import { createPrograms } from "./programs.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run demo

Everything offline, side by side: a stand-in for GitHub (GITHUB_PORT, 8081), the Node server
(PORT, 8080) and the Worker (WORKER_PORT, 8787). Then it shows the log of both: for people on a
terminal, and as JSON elsewhere; LOG_FORMAT (pretty, json) chooses.
`;
readOptions({ usage });

const ports = readPorts(process.env);
const { url: github, settings, program } = standIn(ports.github);
const print = createPrinter(isForPeople(process.env, process.stdout));

const programs = createPrograms();
buildIfNeeded();
await programs.run(program);
await programs.run(nodeServer({ port: ports.node, settings, onLine: print("node") }));
await programs.run(
  worker({
    port: ports.worker,
    settings: { ...settings, ...(process.env.LOG_LEVEL && { LOG_LEVEL: process.env.LOG_LEVEL }) },
    onLine: print("worker"),
  }),
);

const node = `http://localhost:${ports.node}`;
const tries = [
  [`open ${node}/`, "in a browser"],
  [`curl -i '${node}/octocat?per_page=2'`, "twice: see Cache-Status"],
  [`curl -i ${node}/users/octocat/gists`, "GitHub's own path; Link leads to this server"],
  [`curl -s ${node}/rate_limit`, "the remaining quota at GitHub"],
  [`curl -s ${github}/_standin/calls`, "the calls to GitHub"],
];
const width = Math.max(...tries.map(([command]) => command.length));
console.log(`
Edge Gists, offline. A stand-in for GitHub runs on ${github}

  Node server   ${node}
  Worker        http://localhost:${ports.worker}

Try:
${tries.map(([command, text]) => `  ${command.padEnd(width)}   ${text}`).join("\n")}

Users with gists: octocat (130), Torvalds-Test, hubot, mona_acme. empty-handed has none. Others are a 404.
Ctrl+C ends it.
`);
