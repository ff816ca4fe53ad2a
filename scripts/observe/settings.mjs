/** What the command line and the environment choose, checked before anything starts. */

/** Ports on loopback. Without Docker only the first is chosen: all others are free ones. */
const ports = {
  service: ["PORT", 8080],
  grafana: ["GRAFANA_PORT", 3000],
  mimir: ["MIMIR_PORT", 9009],
  loki: ["LOKI_PORT", 3100],
  tempo: ["TEMPO_PORT", 3200],
  collector: ["COLLECTOR_PORT", 12_347],
};

function readNumber(env, name, usual, max) {
  const text = env[name] || String(usual);
  const isRight = /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= max;
  if (!isRight) throw new Error(`${name} is a whole number from 1 to ${max}, not "${text}".`);
  return Number(text);
}

/**
 * @returns {Record<keyof typeof ports | "rate", number>} without Docker, of the ports only the service's
 * @throws {Error} a sentence with the variable and its limits
 */
export function readSettings(env, { native = false } = {}) {
  const read = Object.entries(ports).filter(([name]) => !native || name === "service");
  const chosen = read.map(([name, [variable, usual]]) => [name, readNumber(env, variable, usual, 65_535)]);
  for (const [index, [name, port]] of chosen.entries()) {
    const other = chosen.slice(0, index).find(([, taken]) => taken === port);
    if (other) throw new Error(`${ports[other[0]][0]} and ${ports[name][0]} are both ${port}.`);
  }
  return { ...Object.fromEntries(chosen), rate: readNumber(env, "RATE", 10, 50) };
}

/** Why options do not go together, in one sentence; undefined if they do. */
export function lackOfSense({ down, ...others }) {
  const further = Object.keys(others).find((name) => others[name] === true);
  return down && further ? `--down goes with no other option, and not with --${further}.` : undefined;
}
