import { once } from "node:events";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { readEnvFiles } from "./programs/env-files.mjs";
import { createPrinter, isForPeople } from "./programs/log-lines.mjs";
import { expectFree } from "./programs/port.mjs";
import { nodeServer, readPorts, standIn, worker } from "./programs/servers.mjs";
import { watchFiles } from "./programs/watch.mjs";
import { createPrograms } from "./programs.mjs";
import { readOptions, readWhole } from "./options.mjs";

const usage = `
npm run dev [-- node] [-- worker] [-- --offline] [-- --inspect=PORT]

The Node server (PORT, 8080) and the Worker in miniflare (WORKER_PORT, 8787), or one of them. Each
change in functions/ is built and loaded at once; after an error the last good build serves on.

Settings: the environment, then .dev.vars, then .env; change a file, and start again. Log lines are
for people on a terminal, and JSON elsewhere; LOG_FORMAT (pretty, json) chooses.
`;
const { values, positionals } = readOptions({
  usage,
  positionals: { node: "the Node server only", worker: "the Worker only" },
  options: {
    offline: {
      type: "boolean",
      default: false,
      description: "a stand-in plays GitHub, on GITHUB_PORT (8081)",
    },
    inspect: {
      type: "string",
      value: "PORT",
      default: "9229",
      description: "inspector of the Node server; the Worker's is on the next port",
    },
  },
});

// The Worker's is the next port.
const inspectorPort = readWhole("inspect", values.inspect, { min: 1, max: 65_534 });
const programs = createPrograms();
const runtimes = ["node", "worker"].filter((runtime) => positionals.length === 0 || positionals.includes(runtime));
const { files, settings: fromFiles } = readEnvFiles(root, process.env);
const ports = readPorts({ ...process.env, ...fromFiles });
const inspectors = { node: inspectorPort, worker: inspectorPort + 1 };
const github = values.offline ? standIn(ports.github) : undefined;
// What the switch says goes before the settings of files and environment.
const settings = { ...fromFiles, ...github?.settings };
const print = createPrinter(isForPeople({ ...fromFiles, ...process.env }, process.stdout));

// They import the sources, which an old Node cannot.
const { createDevBuild } = await import("../build/dev.mjs");
const { toBindings } = await import("./programs/bindings.mjs");
const { freePort } = await import("../harness/free-port.ts");
const nextChange = watchFiles(join(root, "functions"));
// By the ports, of which no other has the same: one may run for each runtime.
const folder = `.cache/dev/${runtimes.map((runtime) => ports[runtime]).join("-")}`;
const build = await createDevBuild(root, runtimes, folder);

const servers = { node: "Node server", worker: "Worker" };

/** The program of each runtime. */
const toProgram = {
  node: () =>
    nodeServer({
      port: ports.node,
      settings,
      folder,
      options: [`--inspect=127.0.0.1:${inspectors.node}`, "--inspect-publish-uid=http"],
      onLine: print("node"),
    }),
  worker: () =>
    worker({
      port: ports.worker,
      settings: toBindings({ ...process.env, ...settings }, Object.keys(fromFiles)),
      folder,
      inspectorPort: inspectors.worker,
      onLine: print("worker"),
    }),
};

/** The programs that run, by runtime. */
const running = {};

/** Starts a runtime with what was built last, or loads that into it. @returns whether it serves */
async function load(runtime) {
  const current = running[runtime];
  if (current && runtime === "worker") {
    current.send("reload");
    // It answers, or it ends.
    const [answer] = await Promise.race([once(current, "message"), once(current, "exit")]);
    return answer === "reloaded";
  }
  if (current) await programs.end(current, 1000);
  const child = await programs.run({ ...toProgram[runtime](), mayEnd: true });
  running[runtime] = child;
  child?.once("exit", () => {
    if (running[runtime] === child) delete running[runtime];
  });
  return child !== undefined;
}

/** The runtimes that have not yet what was built. */
const waiting = new Set();

/** Builds what changed, and loads it where all is good. */
async function update(changed) {
  const from = performance.now();
  const built = await build.build(changed);
  for (const runtime of built.runtimes) waiting.add(runtime);
  if (!built.isGood) {
    console.log(
      `Not built. ${Object.keys(running).length > 0 ? "The last good build serves on. " : ""}Waiting for a change.`,
    );
    return;
  }
  const loaded = [...waiting];
  waiting.clear();
  const serve = await Promise.all(loaded.map((runtime) => load(runtime)));
  const took = `${Math.round(performance.now() - from)} ms`;
  for (const [at, runtime] of loaded.entries()) {
    if (!serve[at]) console.log(`${servers[runtime]}: failed to start. Waiting for a change.`);
    else if (changed) console.log(`${servers[runtime]}: reloaded in ${took}.`);
  }
}

function toBanner() {
  const row = (name, text) => `  ${name.padEnd(13)} ${text}`;
  const api = settings.GITHUB_API_URL ?? process.env.GITHUB_API_URL ?? "https://api.github.com";
  const hasToken = Boolean(settings.GITHUB_TOKEN ?? process.env.GITHUB_TOKEN);
  return [
    "\nEdge Gists, in development: a change in functions/ is built and loaded. Ctrl+C ends it.\n",
    ...runtimes.map((runtime) =>
      row(servers[runtime], `http://localhost:${ports[runtime]}   inspector 127.0.0.1:${inspectors[runtime]}`),
    ),
    row("GitHub", `${api}${github ? " (stand-in)" : hasToken ? "" : ", 60 requests an hour without GITHUB_TOKEN"}`),
    ...(files.length > 0 ? [row("Settings", `environment, ${files.toReversed().join(", ")}`)] : []),
    "",
  ].join("\n");
}

if (github) await programs.run(github.program);
for (const runtime of runtimes) {
  await expectFree(inspectors[runtime]).catch(async () => {
    inspectors[runtime] = await freePort();
  });
}
await update();
console.log(toBanner());
for (;;) await update(await nextChange());
