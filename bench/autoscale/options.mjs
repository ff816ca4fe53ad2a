import { readOptions as readCommandLine, refuse } from "../../scripts/options.mjs";

/**
 * @typedef {object} Step
 * @property {number} connections each sends a request as soon as it has a response
 * @property {number} seconds
 */

/** From zero over a few to many and back: with the chart's target of 100 requests a pod this takes two to four pods. */
const usual = "0:10,20:30,250:60,20:30,0:120";

/**
 * Reads `connections:seconds` with commas between.
 * @returns {Step[]}
 * @throws {Error} for any other text
 */
export function readSteps(text) {
  return text.split(",").map((part) => {
    const [, connections, seconds] = /^(\d+):(\d+)$/.exec(part.trim()) ?? [];
    if (!(Number(seconds) > 0)) throw new Error(`--load: connections:seconds, with commas between, not "${part}"`);
    return { connections: Number(connections), seconds: Number(seconds) };
  });
}

const usage = `
npm run demo:autoscale [-- --url=URL] [--load=STEPS] ...

Sends load to a cluster, or to any URL, and shows pods, requests and latency: a line each second, and
a picture at the end. Needs kubectl.
`;
const text = (value, description, more = {}) => ({ type: "string", value, description, ...more });
const options = {
  url: text("URL", "the requested URL", { default: "https://gists.127.0.0.1.sslip.io/octocat" }),
  load: text("STEPS", "connections:seconds, with commas between", { default: usual }),
  ca: text("FILE", "certificate of the authority that signed the URL's"),
  address: text("IP", "of the gateway, where no resolver knows the name"),
  context: text("NAME", "of the kubeconfig", { default: "kind-edge-gists" }),
  kubeconfig: text("FILE", "kubectl's own by default"),
  namespace: text("NAME", "of the service", { default: "edge-gists" }),
  service: text("NAME", "of the Knative service", { default: "edge-gists" }),
  kubectl: text("PROGRAM", "to ask for pods", { default: "kubectl" }),
  out: text("FILE", "of the results, without an ending", { default: ".cache/autoscale" }),
  "without-pods": { type: "boolean", default: false, description: "do not use kubectl" },
};

function readUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw new Error(`--url: an http or https URL, not "${text}"`);
  return url;
}

export function readOptions(args) {
  const { values } = readCommandLine({ usage, options }, args);
  try {
    return {
      ...values,
      url: readUrl(values.url),
      steps: readSteps(values.load),
      hasPods: !values["without-pods"],
    };
  } catch (error) {
    return refuse(error.message);
  }
}
