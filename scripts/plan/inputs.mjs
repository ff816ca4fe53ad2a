import { ConfigError, parseConfig } from "../../functions/core/config/parser.ts";
import { nodeSettings } from "../../functions/node/config.ts";

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
