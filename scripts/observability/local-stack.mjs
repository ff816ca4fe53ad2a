/**
 * What observability/compose.yaml and `npm run demo:observe -- --native` give to Loki, Tempo, Mimir and Grafana, made of
 * the values by which the chart does it in a cluster, in its profile `small`. What the chart has as files (dashboards,
 * rules, Alloy's configuration) is used as it is.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { root } from "../../harness/built.mjs";

const chart = "observability/chart";
export const composeFolder = "observability/compose";

const read = (path) => readFileSync(join(root, chart, path), "utf8");
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** One set of values over another, as Helm puts them. */
function over(base, more) {
  const merged = Object.entries(more).map(([key, value]) => [
    key,
    isMap(value) && isMap(base[key]) ? over(base[key], value) : value,
  ]);
  return { ...base, ...Object.fromEntries(merged) };
}

const values = over(parse(read("values.yaml")), parse(read("values-small.yaml")));

/** A process that is alone needs no other to know of it. */
const alone = { kvstore: { store: "inmemory" } };

/** The keys are those of the Loki chart's own template; folders are the image's. */
function toLoki({ loki }) {
  const { auth_enabled, commonConfig, schemaConfig, limits_config, compactor, ingester, analytics } = loki;
  return {
    auth_enabled,
    analytics,
    server: { http_listen_port: 3100, log_level: "warn" },
    common: {
      ...commonConfig,
      path_prefix: "/loki",
      instance_addr: "127.0.0.1",
      ring: alone,
      storage: { filesystem: { chunks_directory: "/loki/chunks", rules_directory: "/loki/rules" } },
    },
    schema_config: schemaConfig,
    limits_config,
    compactor: { ...compactor, working_directory: "/loki/compactor" },
    ingester,
  };
}

/** As the Tempo chart's template has it. */
function toTempo({ tempo: { reportingEnabled, retention, ingester, storage, metricsGenerator, overrides } }) {
  const protocols = { grpc: { endpoint: "0.0.0.0:4317" }, http: { endpoint: "0.0.0.0:4318" } };
  return {
    usage_report: { reporting_enabled: reportingEnabled },
    server: { http_listen_port: 3200, log_level: "warn" },
    distributor: { receivers: { otlp: { protocols } } },
    compactor: { compaction: { block_retention: retention } },
    ingester,
    storage: {
      trace: {
        ...storage.trace,
        backend: "local",
        local: { path: "/var/tempo/traces" },
        wal: { path: "/var/tempo/wal" },
      },
    },
    metrics_generator: {
      storage: { ...metricsGenerator.storage, path: "/var/tempo/generator" },
      traces_storage: { path: "/var/tempo/generator-traces" },
    },
    overrides,
  };
}

/** The chart's own file, which names two values. What is recorded appears sooner than in a minute, so that nobody waits. */
function toMimir() {
  const filled = read("mimir/mimir.yaml").replaceAll(/\{\{ \.Values\.([\w.]+)(?: \| int64)? \}\}/g, (_, path) =>
    path.split(".").reduce((value, key) => value[key], values),
  );
  if (filled.includes("{{")) throw new Error("mimir.yaml has a template that is not known here");
  const file = parse(filled);
  return { ...file, ruler: { ...file.ruler, evaluation_interval: "15s" } };
}

/** Grafana's chart renders them as a template: a string in one is the string. */
function toDatasources({ datasources }) {
  return JSON.parse(JSON.stringify(datasources["datasources.yaml"]), (_, value) => {
    const [, text] = (typeof value === "string" && /^\{\{ "(.*)" \}\}$/.exec(value)) || [];
    return text ?? value;
  });
}

/** Path and text of each file; generated.test.ts holds the committed ones to them. */
export function localStackFiles() {
  const made = {
    "loki.yaml": toLoki(values.loki),
    "tempo.yaml": toTempo(values.tempo),
    "mimir.yaml": toMimir(),
    "datasources.yaml": toDatasources(values.grafana),
  };
  return Object.entries(made).map(([name, content]) => ({
    path: `${composeFolder}/${name}`,
    text: `# Made from the values of ${chart} by \`npm run dashboards\`: change those, not this file.\n${stringify(content, { lineWidth: 0 })}`,
  }));
}
