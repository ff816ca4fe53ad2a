/** `npm run demo`: everything offline. The GitHub stand-in, the Node server and the Worker, side by side. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildIfNeeded, root } from "./built.mjs";
import { serveWorker } from "./worker.mjs";

const ports = {
  github: Number(process.env.GITHUB_PORT ?? 8081),
  node: Number(process.env.PORT ?? 8080),
  worker: Number(process.env.WORKER_PORT ?? 8787),
};
const github = `http://127.0.0.1:${ports.github}`;

buildIfNeeded();

const children = [];

/** Runs one of our programs until it says that it listens. */
function run(name, script, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script)], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    child.stdout.on("data", (chunk) => {
      if (String(chunk).includes('"listening"')) resolve();
    });
    child.once("exit", (code) => reject(new Error(`${name} ended with code ${code}: is port ${env.PORT} in use?`)));
  });
}

async function stop(code) {
  for (const child of children) child.kill("SIGTERM");
  await worker?.stop();
  process.exit(code);
}

const settings = { GITHUB_API_URL: github, GITHUB_TOKEN: "good-demo" };
let worker;
try {
  await run("the GitHub stand-in", "test/github/main.ts", { PORT: String(ports.github) });
  await run("the Node server", "dist/node/server.js", { ...settings, PORT: String(ports.node) });
  worker = await serveWorker({ port: ports.worker, bindings: { ...settings, LOG_LEVEL: "warn" } });
} catch (error) {
  console.error(error.message);
  await stop(1);
}
process.once("SIGINT", () => stop(0));
process.once("SIGTERM", () => stop(0));

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
