import { parseArgs } from "node:util";

/**
 * @typedef {object} Step
 * @property {number} connections each asks again as soon as it is answered
 * @property {number} seconds
 */

/** From nothing over a few to many and back: with the chart's target of 100 requests a pod this takes two to four pods. */
const usual = "0:10,20:30,250:60,20:30,0:120";

/**
 * Reads `connections:seconds` with commas between.
 * @returns {Step[]}
 * @throws {Error} where it is anything else
 */
export function readSteps(text) {
  return text.split(",").map((part) => {
    const [, connections, seconds] = /^(\d+):(\d+)$/.exec(part.trim()) ?? [];
    if (!(Number(seconds) > 0)) throw new Error(`--load: connections:seconds, with commas between, not ${part}`);
    return { connections: Number(connections), seconds: Number(seconds) };
  });
}

export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: "string", default: "https://gists.127.0.0.1.sslip.io/octocat" },
      load: { type: "string", default: usual },
      ca: { type: "string" },
      address: { type: "string" },
      context: { type: "string", default: "kind-edge-gists" },
      kubeconfig: { type: "string" },
      namespace: { type: "string", default: "edge-gists" },
      service: { type: "string", default: "edge-gists" },
      kubectl: { type: "string", default: "kubectl" },
      out: { type: "string", default: ".cache/autoscale" },
      "without-pods": { type: "boolean", default: false },
    },
  });
  return { ...values, url: new URL(values.url), steps: readSteps(values.load), hasPods: !values["without-pods"] };
}
