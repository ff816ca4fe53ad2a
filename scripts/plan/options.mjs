import { ConfigError, parseConfig } from "../../functions/core/config/parser.ts";
import { nodeSettings } from "../../functions/node/config.ts";

const text = (value, usual, description) => ({
  type: "string",
  value,
  ...(usual !== undefined && { default: String(usual) }),
  description,
});

/** The options of `npm run plan`. */
export const options = {
  users: text("N", 100_000, "users"),
  "per-user": text("N", 10, "requests of a user in an hour"),
  rate: text("N", undefined, "requests a second, instead of the two above"),
  resources: text("N", 50_000, "different resources: users, pages, gists"),
  exponent: text("S", 1, "exponent of Zipf's law; 0 if all are as popular"),
  once: text("SHARE", 0, "share of requests, such as of crawlers, for resources that get no second one"),
  unchanged: text("SHARE", 0.9, "share of revalidations that get a 304"),
  latency: text("MS", 120, "time of a call to GitHub"),
  body: text("BYTES", 5000, "mean size of a response of GitHub"),
  sent: text("BYTES", undefined, "mean size of a body that is sent, compressed; without it, that of --body"),
  tokens: text("N", undefined, "tokens or installations of an App, to check whether they suffice"),
  quota: text("N", 5000, "calls of each in an hour"),
  runtime: text("NAME", "node", "node or worker"),
  pods: text("N", undefined, "node: number of pods; without it, as many as are needed"),
  "no-redis": { type: "boolean", default: false, description: "node: pods share nothing" },
  locations: text("N", 50, "worker: data centres that get requests"),
  "cpu-ms": text("MS", 1, "worker: CPU time of a request"),
  set: { ...text("NAME=VALUE", undefined, "a setting of the service, such as CACHE_TTL_SECONDS=300"), multiple: true },
  json: { type: "boolean", default: false, description: "print JSON" },
};

/** Ranges of the numbers: least, most, and whether they are whole. */
const numbers = {
  users: [1, 1e10, true],
  "per-user": [1e-6, 1e6],
  rate: [1e-6, 1e9],
  resources: [1, 1e9, true],
  exponent: [0, 3],
  once: [0, 1],
  unchanged: [0, 1],
  latency: [1, 600_000],
  body: [0, 1e9, true],
  sent: [0, 1e9, true],
  tokens: [0, 1e6, true],
  quota: [1, 1e6, true],
  pods: [1, 1e6, true],
  locations: [1, 10_000, true],
  "cpu-ms": [0, 300_000],
};

function readNumber(name, given) {
  const [least, most, isWhole = false] = numbers[name];
  const isNumber = /^(?:\d+\.?\d*|\.\d+)$/.test(given);
  const value = Number(given);
  if (isNumber && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  throw new Error(`--${name}: a ${isWhole ? "whole " : ""}number from ${least} to ${most}, not "${given}"`);
}

/** Settings of the service: its own defaults, those of a runtime, and those that are given. */
function readSettings(given, ofRuntime) {
  const own = given.map((pair) => {
    const [name, ...value] = pair.split("=");
    if (value.length === 0) throw new Error(`--set: NAME=VALUE, not "${pair}"`);
    if (!Object.hasOwn(nodeSettings, name)) throw new Error(`--set: ${name} is no setting of the service`);
    return [name, value.join("=")];
  });
  try {
    return parseConfig(nodeSettings, { ...ofRuntime, ...Object.fromEntries(own) });
  } catch (error) {
    throw error instanceof ConfigError ? new Error(`--set: ${error.message}`) : error;
  }
}

/**
 * The values of a command line as numbers.
 * @param {Record<string, any>} values of parseOptions
 * @param {Record<string, string>} workerSettings of wrangler.toml
 * @throws {Error} that names the option
 */
export function readInputs(values, workerSettings) {
  const { runtime, json, set = [], "no-redis": noRedis, ...texts } = values;
  if (runtime !== "node" && runtime !== "worker") throw new Error(`--runtime: node or worker, not "${runtime}"`);
  const read = Object.fromEntries(
    Object.entries(texts)
      .filter(([, given]) => given !== undefined)
      .map(([name, given]) => [name, readNumber(name, given)]),
  );
  return {
    ...read,
    runtime,
    json,
    shared: !noRedis,
    rate: read.rate ?? (read.users * read["per-user"]) / 3600,
    sent: read.sent ?? read.body,
    cpuMs: read["cpu-ms"],
    config: readSettings(set, runtime === "worker" ? workerSettings : {}),
  };
}

/** The variables of wrangler.toml, as text. */
export function readVariables(wrangler) {
  const [, part = ""] = /^\[vars\]\n([^]*?)(?=^\[)/m.exec(wrangler) ?? [];
  return Object.fromEntries([...part.matchAll(/^(\w+) = "?([^"\n]*)"?$/gm)].map(([, name, value]) => [name, value]));
}
