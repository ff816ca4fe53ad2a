/** The stack without Docker: the programs that are on this machine. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../harness/free-port.ts";
import { nodeServer, standIn } from "../programs/servers.mjs";
import { root } from "../../harness/built.mjs";
import { makeFolder } from "./folder.mjs";
import { findProgram, prometheusMajor } from "./found.mjs";
import { alloyFile, lokiFile, prometheusFile, tempoFile } from "./native-files.mjs";

const purgeToken = "only-for-this-demo";
const names = ["mimir", "loki", "lokiGrpc", "tempo", "tempoGrpc", "tempoOtlp", "tempoOtlpGrpc"];
const others = ["alloy", "otlp", "otlpGrpc", "collector", "metrics", "github"];

async function freePorts() {
  const ports = new Map();
  for (const name of [...names, ...others]) {
    let port = await freePort();
    while ([...ports.values()].includes(port)) port = await freePort();
    ports.set(name, port);
  }
  return Object.fromEntries(ports);
}

const toOrigins = (port) => [`http://localhost:${port}`, `http://127.0.0.1:${port}`];

/** How each is started, once it is found. */
function toPrograms({ folder, ports, isNew, has }) {
  const file = (name) => join(folder, name);
  return {
    prometheus: {
      file: ["prometheus.yaml", prometheusFile],
      args: [
        `--config.file=${file("prometheus.yaml")}`,
        `--storage.tsdb.path=${file("prometheus")}`,
        `--web.listen-address=127.0.0.1:${ports.mimir}`,
        "--web.enable-remote-write-receiver",
        "--enable-feature=exemplar-storage",
        "--log.level=warn",
        ...(isNew ? ["--web.enable-otlp-receiver"] : []),
      ],
      url: `http://127.0.0.1:${ports.mimir}/-/ready`,
    },
    loki: {
      file: ["loki.yaml", lokiFile],
      args: [`-config.file=${file("loki.yaml")}`],
      url: `http://127.0.0.1:${ports.loki}/ready`,
    },
    tempo: {
      file: ["tempo.yaml", tempoFile],
      args: [`-config.file=${file("tempo.yaml")}`],
      url: `http://127.0.0.1:${ports.tempo}/ready`,
    },
    alloy: {
      file: ["config.alloy", alloyFile],
      args: [
        "run",
        "--disable-reporting",
        `--server.http.listen-addr=127.0.0.1:${ports.alloy}`,
        `--storage.path=${file("alloy")}`,
        file("config.alloy"),
      ],
      url: `http://127.0.0.1:${ports.alloy}/-/ready`,
      // It sends to both.
      isWanted: has.loki && has.tempo,
    },
  };
}

/**
 * Starts everything that is found.
 * @param {ReturnType<typeof import("../programs.mjs").createPrograms>} programs
 * @param {{ port: number, isGitHub: boolean, rate: string }} options of the service
 * @returns {Promise<{ urls: Record<string, string | undefined>, missing: string[], folder: string }>}
 * @throws {Error} without Prometheus
 */
export async function startNative(programs, { port, isGitHub, rate }) {
  const found = Object.fromEntries(["prometheus", "loki", "tempo", "alloy"].map((name) => [name, findProgram(name)]));
  if (!found.prometheus)
    throw new Error(
      "There is no prometheus on PATH or in OBSERVE_PROGRAMS (Debian: apt-get install prometheus). Without --native, Docker Compose runs everything.",
    );
  const folder = makeFolder();
  const ports = await freePorts();
  const has = { loki: Boolean(found.loki), tempo: Boolean(found.tempo) };
  const hasAlloy = Boolean(found.alloy) && has.loki && has.tempo;
  const place = { folder, ports, hasAlloy, isNew: prometheusMajor(found.prometheus) >= 3 };

  const wanted = Object.entries(toPrograms({ ...place, has })).filter(
    ([name, { isWanted = true }]) => found[name] && isWanted,
  );
  for (const [, { file }] of wanted) writeFileSync(join(folder, file[0]), file[1](place));
  await Promise.all(
    wanted.map(([name, { args, url }]) =>
      programs.run({
        name,
        script: "scripts/observe/program.mjs",
        env: {
          FARO_ORIGINS: JSON.stringify(toOrigins(port)),
          PROGRAM: JSON.stringify({ command: found[name], args, url, log: join(folder, `${name}.log`) }),
        },
      }),
    ),
  );
  await startService(programs, { ports, port, folder, isGitHub, hasAlloy, hasTempo: has.tempo, rate });
  return {
    folder,
    missing: ["loki", "tempo", "alloy"].filter((name) => !found[name]),
    urls: {
      mimir: `http://127.0.0.1:${ports.mimir}`,
      loki: hasAlloy ? `http://127.0.0.1:${ports.loki}` : undefined,
      alloy: hasAlloy ? `http://127.0.0.1:${ports.alloy}` : undefined,
      tempo: has.tempo ? `http://127.0.0.1:${ports.tempo}` : undefined,
    },
  };
}

/** The service, whose log goes to a file too, what plays GitHub for it, and its visitors. */
async function startService(programs, { ports, port, folder, isGitHub, hasAlloy, hasTempo, rate }) {
  const { url: github, settings: offline, program } = standIn(ports.github);
  if (!isGitHub) await programs.run(program);
  const origins = toOrigins(port);
  const spans = hasAlloy ? ports.otlp : hasTempo ? ports.tempoOtlp : undefined;
  const server = nodeServer({
    port,
    onLine: () => undefined,
    settings: {
      ...(isGitHub ? {} : { ...offline, CACHE_TTL_SECONDS: "10", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "2" }),
      HOST: "127.0.0.1",
      METRICS_PORT: String(ports.metrics),
      PURGE_TOKEN: purgeToken,
      PUBLIC_URL: origins[0],
      ...(spans && { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${spans}` }),
      ...(hasAlloy && { FARO_URL: `http://127.0.0.1:${ports.collector}/collect` }),
    },
  });
  const log = join(folder, "service.log");
  await programs.run({
    ...server,
    script: "scripts/observe/log-file.mjs",
    args: [log, join(root, server.script)],
  });
  await programs.run({
    name: "The load generator",
    script: "scripts/observe/load.mjs",
    ready: /requests a second/,
    env: {
      URL: origins[1],
      RATE: rate,
      PURGE_TOKEN: purgeToken,
      GITHUB: isGitHub ? "" : github,
      COLLECTOR: hasAlloy ? `http://127.0.0.1:${ports.collector}/collect` : "",
    },
  });
}
