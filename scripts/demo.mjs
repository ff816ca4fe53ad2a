import { buildIfNeeded } from "../harness/built.mjs";
import { createPrograms, runWorker } from "./programs.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run demo

Everything offline, side by side: a stand-in for GitHub (GITHUB_PORT, 8081), the Node server
(PORT, 8080) and the Worker (WORKER_PORT, 8787).
`;
readOptions({ usage });

const ports = {
  github: Number(process.env.GITHUB_PORT ?? 8081),
  node: Number(process.env.PORT ?? 8080),
  worker: Number(process.env.WORKER_PORT ?? 8787),
};
const github = `http://127.0.0.1:${ports.github}`;
const settings = { GITHUB_API_URL: github, GITHUB_TOKEN: "good-demo" };

const programs = createPrograms();
buildIfNeeded();
await programs.run("The GitHub stand-in", "stand-in/main.ts", { PORT: String(ports.github) });
await programs.run("The Node server", "dist/node/server.js", { ...settings, PORT: String(ports.node) });
await runWorker(programs, ports.worker, { ...settings, LOG_LEVEL: "warn" });

const node = `http://localhost:${ports.node}`;
console.log(`
Edge Gists, offline: GitHub is played by a stand-in on ${github}

  Node server   ${node}
  Worker        http://localhost:${ports.worker}

Try:
  open ${node}/                              in a browser
  curl -i '${node}/octocat?per_page=2'       then again: see Cache-Status
  curl -i ${node}/users/octocat/gists        GitHub's own path, numeric-id Links rewritten
  curl -s ${node}/rate_limit                 what is left of the GitHub quota
  curl -s ${github}/_standin/calls           what GitHub was asked

Users with gists: octocat (130), Torvalds-Test, hubot, mona_acme; empty-handed has none, anyone else is a 404.
Ctrl+C ends it.
`);
