/** Finds out what there is, and runs the commands of a plan. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { root } from "../../harness/built.mjs";
import { terraform } from "./terraform.mjs";

function ask(program, args, env = {}) {
  return spawnSync(program, args, { cwd: root, encoding: "utf8", env: { ...process.env, ...env } });
}

/** Why a program did not start. */
const toMissing = ({ code, path, message }) =>
  code === "ENOENT" ? `${path} is not on PATH: install it (docs/platform.md, Requirements)` : message;

const reason = ({ error, stderr }) => (error ? toMissing(error) : stderr.trim());

const toPath = (path) => resolve(path.replace(/^~(?=[\\/]|$)/, homedir));

/**
 * Makes kubectl read the kubeconfig that Terraform reads.
 * @throws {Error} if the environment names another one, or a cluster other than that at `context`: Terraform would change that
 */
export function useKubeconfig(context, env = process.env) {
  const { KUBECONFIG: own, TF_VAR_kubeconfig_path: path, TF_VAR_kubeconfig_context, TF_VAR_cluster_name } = env;
  const named = TF_VAR_kubeconfig_context || (TF_VAR_cluster_name && `kind-${TF_VAR_cluster_name}`);
  if (named && named !== context)
    throw new Error(
      `${TF_VAR_kubeconfig_context ? "TF_VAR_kubeconfig_context" : "TF_VAR_cluster_name"} is of the cluster ${named}, not of ${context}: unset it, or set KUBE_CONTEXT=${named}`,
    );
  // Terraform runs in the folder of a configuration, where a relative path is another file.
  if (path) env.KUBECONFIG = env.TF_VAR_kubeconfig_path = toPath(path);
  else if (own && toPath(own) !== toPath("~/.kube/config"))
    throw new Error(
      "KUBECONFIG is set, and Terraform reads ~/.kube/config: set TF_VAR_kubeconfig_path to the same file, or unset KUBECONFIG",
    );
}

/** Variables of Terraform that say which cluster it is. */
const ofCluster = ["cluster_name", "kubeconfig_context", "kubeconfig_path"];

/**
 * Terraform takes a variable from these files before it takes it from the environment.
 * @param {string[]} [more] variables that are planned here by the environment, beside those that say which cluster it is
 * @throws {Error} if a file sets one of these
 */
export function refuseFiles(more = [], folder = join(root, "terraform")) {
  const names = [...ofCluster, ...more].join("|");
  const assignment = new RegExp(`^\\s*(${names})\\s*=|"(${names})"\\s*:`, "m");
  for (const name of ["cluster", "platform"])
    for (const file of readdirSync(join(folder, name))) {
      if (!/(^terraform|\.auto)\.tfvars(\.json)?$/.test(file)) continue;
      const [, inHcl, inJson] = assignment.exec(readFileSync(join(folder, name, file), "utf8")) ?? [];
      const variable = inHcl ?? inJson;
      if (variable)
        throw new Error(
          `terraform/${name}/${file} sets ${variable}: remove it there, and set TF_VAR_${variable} or a setting that --help lists`,
        );
    }
}

/**
 * Whether a cluster responds at a context of the kubeconfig.
 * @returns {{ responds: boolean, cause?: string }} `cause`: why that cannot be known
 * @throws {Error} instead of a cause, unless it is dry: a cluster that cannot be asked may not be taken for missing
 */
export function askCluster(context, isDry) {
  const args = [`--context=${context}`, "get", "--raw=/readyz", "--request-timeout=10s"];
  const { error, stdout } = ask("kubectl", args);
  if (!error) return { responds: stdout.trim() === "ok" };
  if (!isDry) throw new Error(toMissing(error));
  return { responds: false, cause: toMissing(error) };
}

/**
 * Addresses in the state of a configuration.
 * @throws {Error} if there is a state that cannot be read: what it has may not be taken for missing
 */
function listState(name, state) {
  const { command, env } = terraform(name, { state }, "state list");
  const result = ask(command[0], command.slice(1), env);
  if (result.status === 0) return result.stdout.split("\n").filter(Boolean);
  const file = state ? join(resolve(state), `${name}.tfstate`) : join(root, "terraform", name, "terraform.tfstate");
  const hasNone = result.error ? !existsSync(file) : result.stderr.includes("No state file was found");
  if (hasNone) return [];
  throw new Error(`terraform state list in terraform/${name}: ${reason(result)}`);
}

/** The context in the outputs of a configuration; empty without outputs, such as after an interrupted apply. */
function readContext(name, state) {
  const { command, env } = terraform(name, { state }, "output -json");
  try {
    return JSON.parse(ask(command[0], command.slice(1), env).stdout).context?.value ?? "";
  } catch {
    return "";
  }
}

/**
 * @param {{ context: string, state?: string, asksKind: boolean, isDry: boolean }} wanted
 * @returns {import("./terraform.mjs").Found}
 * @throws {Error} if kind does not say which clusters there are: none of them may be taken for lost then
 */
export function find({ context, state, asksKind, isDry }) {
  refuseFiles();
  const own = listState("cluster", state).includes("kind_cluster.this") ? readContext("cluster", state) : undefined;
  const platform = listState("platform", state);
  const installed = platform.length > 0 ? readContext("platform", state) : "";
  const other = [installed, own].find((name) => name && name !== context);
  const found = {
    // A state that an interrupted apply left has no name.
    isOurs: own === context || own === "",
    platform,
    isThere: false,
    ...(other && { other }),
    ...(installed === context && { isInstalled: true }),
  };
  if (!asksKind) return found;
  const result = ask("kind", ["get", "clusters"]);
  if (result.status === 0) return { ...found, isThere: result.stdout.split("\n").includes(context.slice(5)) };
  const unknown = `kind get clusters: ${reason(result)}`;
  if (!isDry) throw new Error(unknown);
  return { ...found, unknown };
}

/** Variables of a command's environment that are no secrets. */
const shown = new Set(
  ["cluster_name", "deploy_service", "domain", "environment", "image", "kubeconfig_context"].map(
    (name) => `TF_VAR_${name}`,
  ),
);

/** A command as a line, without the values of its environment that may be secrets. */
export function toText({ command, env = {} }) {
  const quote = (part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", String.raw`'\''`)}'`);
  const variables = Object.entries(env).map(([name, value]) => `${name}=${shown.has(name) ? quote(value) : "..."}`);
  return `$ ${[...variables, ...command.map(quote)].join(" ")}`;
}

/**
 * Runs commands one after another, from the repository's root. After Ctrl+C it waits for the one that runs, which the
 * terminal interrupts too (Terraform then writes its state), and starts no other.
 * @throws {Error} at the first that fails, or if it was interrupted
 */
export async function runAll(commands) {
  let child;
  let interrupted;
  const onSignal = (signal) => {
    interrupted = signal;
    if (signal === "SIGTERM") child?.kill(signal);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    for (const step of commands) {
      const { command, env = {}, input, isAsked } = step;
      console.log(`\n${toText(step)}`);
      child = spawn(command[0], command.slice(1), {
        cwd: root,
        env: { ...process.env, ...env },
        stdio: [input !== undefined ? "pipe" : isAsked ? "inherit" : "ignore", "inherit", "inherit"],
      });
      child.stdin?.on("error", () => {}).end(input);
      const [code, signal] = await once(child, "exit").catch((error) => {
        throw new Error(toMissing(error), { cause: error });
      });
      if (interrupted) throw new Error(`interrupted by ${interrupted}: the commands after this one were not started`);
      if (code !== 0) throw new Error(`${command[0]} ended with ${code === null ? signal : `code ${code}`}`);
    }
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}
