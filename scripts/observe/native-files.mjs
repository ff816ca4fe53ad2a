/**
 * The stack's configurations for programs of one machine: those of compose.yaml, with ports of loopback instead of names.
 * Prometheus takes Mimir's place.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { root } from "../../harness/built.mjs";
import { ruleFiles } from "../observability.mjs";

const read = (path) => readFileSync(join(root, "observability", path), "utf8");

/** Every text must be there to be replaced: a file that changes is noticed. */
function replaceAll(text, pairs) {
  return pairs.reduce((left, [from, to]) => {
    if (!left.includes(from)) throw new Error(`nothing says ${from} any more`);
    return left.replaceAll(from, to);
  }, text);
}

/**
 * @typedef {object} Place
 * @property {string} folder for data and logs
 * @property {Record<string, number>} ports
 * @property {boolean} isNew Prometheus takes OTLP (3 and later)
 * @property {boolean} hasAlloy
 */

const mimir = "mimir.observability.svc.cluster.local:8080";

/** @param {Place} place */
export function prometheusFile({ ports, isNew, hasAlloy }) {
  const labels = { namespace: "edge-gists", pod: "edge-gists-local", revision: "local" };
  const [, attributes] = /promote_otel_resource_attributes: (.+)/.exec(read("compose/mimir.yaml"));
  return stringify({
    global: { evaluation_interval: "15s", scrape_interval: "5s" },
    rule_files: ruleFiles.map((path) => join(root, path)),
    storage: { tsdb: { out_of_order_time_window: "5m" }, exemplars: { max_exemplars: 20_000 } },
    ...(isNew && { otlp: { promote_resource_attributes: attributes.split(",") } }),
    // Alloy scrapes otherwise.
    ...(!hasAlloy && {
      scrape_configs: [
        { job_name: "edge-gists", static_configs: [{ targets: [`127.0.0.1:${ports.metrics}`], labels }] },
      ],
    }),
  });
}

/** @param {Place} place */
export function lokiFile({ folder, ports }) {
  return replaceAll(read("compose/loki.yaml"), [
    ["/loki", join(folder, "loki")],
    ["http_listen_port: 3100", `http_listen_port: ${ports.loki}\n  http_listen_address: 127.0.0.1`],
    ["log_level: warn", `log_level: warn\n  grpc_listen_address: 127.0.0.1\n  grpc_listen_port: ${ports.lokiGrpc}`],
  ]);
}

/** @param {Place} place */
export function tempoFile({ folder, ports }) {
  return replaceAll(read("compose/tempo.yaml"), [
    ["/var/tempo", join(folder, "tempo")],
    ["http_listen_port: 3200", `http_listen_port: ${ports.tempo}\n  http_listen_address: 127.0.0.1`],
    ["log_level: warn", `log_level: warn\n  grpc_listen_address: 127.0.0.1\n  grpc_listen_port: ${ports.tempoGrpc}`],
    ["0.0.0.0:4317", `127.0.0.1:${ports.tempoOtlpGrpc}`],
    ["0.0.0.0:4318", `127.0.0.1:${ports.tempoOtlp}`],
    [`${mimir}/api/v1/push`, `127.0.0.1:${ports.mimir}/api/v1/write`],
  ]);
}

/** @param {Place} place */
export function alloyFile({ folder, ports }) {
  const files = ["chart/alloy/config.alloy", "chart/alloy/all-traces.alloy", "compose/local.alloy"];
  return replaceAll(files.map(read).join("\n"), [
    [`${mimir}/api/v1/push`, `127.0.0.1:${ports.mimir}/api/v1/write`],
    [`${mimir}/otlp`, `127.0.0.1:${ports.mimir}/api/v1/otlp`],
    ["loki.observability.svc.cluster.local:3100", `127.0.0.1:${ports.loki}`],
    ["tempo.observability.svc.cluster.local:4318", `127.0.0.1:${ports.tempoOtlp}`],
    ['"mimir:8080"', `"127.0.0.1:${ports.mimir}"`],
    ['"loki:3100"', `"127.0.0.1:${ports.loki}"`],
    ['"tempo:3200"', `"127.0.0.1:${ports.tempo}"`],
    ['"edge-gists:9464"', `"127.0.0.1:${ports.metrics}"`],
    ["/var/log/edge-gists", folder],
    ["0.0.0.0:4317", `127.0.0.1:${ports.otlpGrpc}`],
    ["0.0.0.0:4318", `127.0.0.1:${ports.otlp}`],
    [`listen_address           = "0.0.0.0"`, `listen_address           = "127.0.0.1"`],
    ["= 12347", `= ${ports.collector}`],
  ]);
}
