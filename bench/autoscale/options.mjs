import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { root } from "../../harness/built.mjs";
import { readOptions as readCommandLine, readWhole, refuse } from "../../scripts/options.mjs";
import { findWhatIf, readWhatIf, simulateOption, whatIf } from "./what-if.mjs";

const usage = `
npm run demo:autoscale [-- --url=URL] [--load=STEPS] ...

Sends load to a cluster, or to any URL, and shows pods, requests and latency: a line each second, and
a picture at the end. Needs kubectl, or --simulate.
`;
const text = (value, description, more = {}) => ({ type: "string", value, description, ...more });
const options = {
  url: text("URL", "the requested URL", { default: "https://gists.127.0.0.1.sslip.io/octocat" }),
  load: text("STEPS", "connections:seconds, with commas between", { default: whatIf.options.load.default }),
  ca: text("FILE", "certificate of the authority that signed the URL's"),
  address: text("IP", "of the gateway, where no resolver knows the name"),
  context: text("NAME", "of the kubeconfig", { default: "kind-edge-gists" }),
  kubeconfig: text("FILE", "kubectl's own by default"),
  namespace: text("NAME", "of the service", { default: "edge-gists" }),
  service: text("NAME", "of the Knative service", { default: "edge-gists" }),
  kubectl: text("PROGRAM", "to ask for pods", { default: "kubectl" }),
  out: text("FILE", "of the results, without an ending", { default: ".cache/autoscale" }),
  "without-pods": { type: "boolean", default: false, description: "do not use kubectl" },
  "cold-starts": text("N", "instead of a load: starts from zero, with the time of each part"),
  ...simulateOption,
};

function readUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw new Error(`--url: an http or https URL, not "${text}"`);
  return url;
}

/** Steps that a real load can have. */
function readSteps(load) {
  const isReal = load.every(({ kind, from, to }) => kind === "connections" && from === to);
  if (!isReal) throw new Error("--load: rates and ramps need --simulate");
  return load.map(({ from, seconds }) => ({ connections: from, seconds }));
}

/** Path of the results. A file is opened now: what cannot be written would be lost after the run. None is left behind. */
function readOut(text, ending = ".json") {
  if (text === "") throw new Error("--out: a file, without an ending");
  const out = resolve(root, text);
  const folder = dirname(out);
  try {
    if (!existsSync(folder)) mkdirSync(folder);
    const isKept = existsSync(`${out}${ending}`);
    closeSync(openSync(`${out}${ending}`, "a"));
    if (!isKept) rmSync(`${out}${ending}`);
  } catch (error) {
    throw new Error(`--out: ${folder} cannot be written (${error.code})`, { cause: error });
  }
  return out;
}

async function readSimulation(args) {
  const { values } = readCommandLine(whatIf, args);
  const { readLoad } = await import("./model/load.ts");
  const load = readLoad(values.load);
  return { ...values, load, hasPods: true, ...(await readWhatIf(values)), out: readOut(values.out) };
}

async function readDemonstration(args) {
  const { values } = readCommandLine({ usage, options }, args);
  // This is TypeScript, which an old Node cannot load. That was refused just now.
  const { readLoad } = await import("./model/load.ts");
  const load = readLoad(values.load);
  const starts = values["cold-starts"];
  if (starts !== undefined && values["without-pods"])
    throw new Error("--cold-starts: needs pods: not with --without-pods");
  return {
    ...values,
    url: readUrl(values.url),
    load,
    steps: readSteps(load),
    hasPods: !values["without-pods"],
    out: readOut(values.out, starts === undefined ? undefined : "-cold-starts.json"),
    coldStarts: starts === undefined ? 0 : readWhole("cold-starts", starts, { min: 1, max: 1000 }),
  };
}

export async function readOptions(args) {
  const isSimulation = args.includes("--simulate");
  const name = isSimulation ? undefined : findWhatIf(args, options);
  if (name) refuse(`--${name}: needs --simulate`);
  try {
    return await (isSimulation ? readSimulation(args) : readDemonstration(args));
  } catch (error) {
    return refuse(error.message);
  }
}
