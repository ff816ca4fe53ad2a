import { spawn } from "node:child_process";
import { buildIfNeeded } from "../harness/built.mjs";
import { lackOfSense, readSettings } from "./observe/settings.mjs";
import { readOptions, refuse } from "./options.mjs";

const usage = `
npm run demo:observe [-- --native] [--github] [--no-open] [--once]
npm run demo:observe -- --down

The service with its dashboards, logs and traces, without a cluster: Grafana, Mimir, Loki, Tempo,
Alloy, Valkey, a stand-in for GitHub and visitors, by Docker Compose (observability/compose.yaml).
Waits until every panel that can have data here has some, prints where they are, and opens Grafana.
Ctrl+C removes everything. One such stack runs at a time. PORT (8080) of the service, on loopback
only; RATE (10): requests a second, from 1 to 50, and always 2 with --github. With Docker also
GRAFANA_PORT (3000), MIMIR_PORT (9009), LOKI_PORT (3100), TEMPO_PORT (3200), COLLECTOR_PORT (12347).
Ports are from 1 to 65535.

With --native it needs no Docker: Prometheus in Mimir's place, and Loki, Tempo and Alloy where they
are on PATH or in a folder of OBSERVE_PROGRAMS (separated as in PATH: by ":", on Windows by ";"). It
shows the panels' numbers here, and removes what a killed run has left in the folder for temporary
files. Debian: apt-get install prometheus.
`;
const { values } = readOptions({
  usage,
  options: {
    native: { type: "boolean", default: false, description: "without Docker, from programs of this machine" },
    github: { type: "boolean", default: false, description: "ask GitHub itself (GITHUB_TOKEN), not the stand-in" },
    down: { type: "boolean", default: false, description: "remove the containers and data of an earlier run, and end" },
    "no-open": { type: "boolean", default: false, description: "open no browser" },
    once: { type: "boolean", default: false, description: "end when every panel has data; fail if one has none" },
  },
});

const nonsense = lackOfSense(values);
if (nonsense) refuse(nonsense);

function readEnvironment() {
  try {
    return readSettings(process.env, values);
  } catch (error) {
    return refuse(error.message);
  }
}
/** `--down` needs none of them. */
const settings = values.down ? undefined : readEnvironment();

/** Seconds until every panel must have data. */
const patience = 180;

// They are TypeScript in part, which an old Node cannot load.
const { watchPanels } = await import("./observe/panels.mjs");
const { toPanelTable, toSummary } = await import("./observe/table.mjs");
const { waitForData, findSilent } = await import("./observe/wait.mjs");

const started = Date.now();
const seconds = () => Math.round((Date.now() - started) / 1000);

/** Progress: on one line of a terminal, and a line a change elsewhere. */
function createTeller({ stdout } = process) {
  let last;
  return (text) => {
    if (stdout.isTTY) stdout.write(`\r\u001B[2K${seconds()} s: ${text}`);
    else if (text !== last) console.log(`${seconds()} s: ${text}`);
    last = text;
  };
}

/** @returns whether every panel has data */
async function showPanels(urls, { grafana, isDetailed, isOver }) {
  const panels = watchPanels(urls);
  const isComplete = await waitForData(panels, { seconds: patience, tell: createTeller(), isOver });
  if (isOver?.()) return false;
  await panels.refresh();
  console.log("");
  if (isDetailed || !isComplete) console.log(toPanelTable(panels.dashboards));
  console.log(`\nAfter ${seconds()} s:\n${toSummary(panels.dashboards, grafana)}\n`);
  return isComplete;
}

function openPage(url) {
  const [command, ...args] = { darwin: ["open"], win32: ["cmd", "/c", "start", ""] }[process.platform] ?? ["xdg-open"];
  spawn(command, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

async function runNative() {
  const { createPrograms } = await import("./programs.mjs");
  const { startNative } = await import("./observe/native.mjs");
  const programs = createPrograms();
  buildIfNeeded();
  const { urls, missing } = await startNative(programs, {
    port: settings.service,
    isGitHub: values.github,
    rate: values.github ? "2" : String(settings.rate),
  }).catch((error) => refuse(error.message));
  if (missing.length > 0) console.log(`Not on this machine: ${missing.join(", ")}. Their panels stay empty.`);
  console.log(`The service: http://localhost:${settings.service}`);
  const isComplete = await showPanels(urls, { isDetailed: true });
  if (values.once) await programs.stop(isComplete ? 0 : 1);
  else console.log("Ctrl+C ends everything and removes its data.");
}

async function runCompose() {
  const { down, isRunning, lackOfCompose, toGitHub, up } = await import("./observe/compose.mjs");
  const lack = lackOfCompose();
  if (lack) refuse(lack);
  if (values.down) return void (process.exitCode = (await down()) ? 0 : 1);

  if (isRunning())
    refuse("The stack runs already, from this or another clone. To remove it: npm run demo:observe -- --down");

  let stopping;
  const stop = (code) => (stopping ??= down().then(() => process.exit(code)));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(0));

  buildIfNeeded();
  const at = (port) => `http://localhost:${port}`;
  if (!(await up(values.github ? toGitHub(process.env) : {}))) return stop(1);
  const isOver = () => stopping !== undefined;
  const grafana = at(settings.grafana);
  const silent = await findSilent(
    { mimir: `${at(settings.mimir)}/ready`, grafana: `${grafana}/api/health` },
    { seconds: patience, isOver },
  );
  if (silent.length > 0 && !isOver())
    console.error(`Without an answer: ${silent.join(", ")}. Their logs: docker logs edge-gists-observe-NAME-1`);
  // Alloy's own address is not open; that it is there is enough.
  const urls = {
    mimir: `${at(settings.mimir)}/prometheus`,
    loki: at(settings.loki),
    tempo: at(settings.tempo),
    alloy: "alloy",
  };
  const isComplete = await showPanels(urls, { grafana, isOver });
  if (isOver()) return stopping;
  console.log(`Grafana: ${grafana}\nThe service: ${at(settings.service)}`);
  if (values.once) return stop(isComplete && silent.length === 0 ? 0 : 1);
  if (!values["no-open"] && !silent.includes("grafana")) openPage(`${grafana}/d/edge-gists-service`);
  console.log("Ctrl+C removes everything. So does: npm run demo:observe -- --down");
  // The containers run, and this waits for the signal.
  setInterval(() => undefined, 60_000);
}

await (values.native ? runNative() : runCompose());
