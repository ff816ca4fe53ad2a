import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/child.ts";
import type { Settings } from "./settings.ts";

/** One command line, and its surroundings. */
export interface Command {
  command: readonly [string, ...string[]];
  env?: Record<string, string>;
  /** Its standard input. */
  input?: string;
  /** True if its output is a secret, which goes into no log. */
  isSecret?: boolean;
  /** Timeout in seconds; 60 by default. */
  seconds?: number;
}

/** How a command ended. */
export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** kubectl on this run's cluster. */
export function kubectl({ kubeconfig, context }: Settings, ...args: string[]): Command {
  return {
    command: ["kubectl", ...(kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []), `--context=${context}`, ...args],
  };
}

/** The same with an input, a manifest for one. */
export function kubectlWith(settings: Settings, input: string, ...args: string[]): Command {
  return { ...kubectl(settings, ...args), input };
}

/** A field of the Knative Service, by its path. */
export function readService(settings: Settings, path: string): Command {
  const service = ["ksvc", "edge-gists", "--namespace=edge-gists"];
  return kubectl(settings, "get", ...service, `--output=jsonpath={${path}}`);
}

/** Waits until the Knative Service is ready for requests. */
export function serviceReady(settings: Settings): Command {
  const condition = ["--for=condition=Ready", "--timeout=5m"];
  return { ...kubectl(settings, "wait", "ksvc/edge-gists", "--namespace=edge-gists", ...condition), seconds: 330 };
}

function toEnvironment({ variables }: Settings): Record<string, string> {
  return {
    TF_IN_AUTOMATION: "1",
    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
  };
}

/** Terraform in one of its configurations, on a state of this run's own. */
export function terraform(
  settings: Settings,
  root: "cluster" | "platform",
  action: string,
  ...args: string[]
): Command {
  const state = `-state=${join(settings.private, `${root}.tfstate`)}`;
  return {
    command: ["terraform", `-chdir=terraform/${root}`, action, "-input=false", "-no-color", state, ...args],
    env: { TF_DATA_DIR: join(settings.private, root), ...toEnvironment(settings) },
    seconds: 2400,
  };
}

/** `npm run up`, on the same states. */
export function up(settings: Settings): Command {
  return {
    command: ["node", "scripts/up.mjs", "--yes", `--state=${settings.private}`],
    env: toEnvironment(settings),
    seconds: 2400,
  };
}

/**
 * A command as typed by a user; no command line contains a secret.
 * @param isWhole with the values of the service's chart, if it sets them
 */
export function toText({ command, input, env }: Command, isWhole = false): string {
  const values = isWhole ? env?.["TF_VAR_service_values"] : undefined;
  const quoted = command.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`));
  return (
    (values ? `TF_VAR_service_values='${values}' ` : "") + quoted.join(" ") + (input === undefined ? "" : " <input")
  );
}

/** Runs a command to its end, from the repository's root. `log` gets all of its output. */
export function execute({ command, env, input, isSecret, seconds = 60 }: Command, log?: string): Promise<Outcome> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env } });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  // It may end without reading its input.
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      output.stderr += `\nended after ${seconds} s\n`;
      child.kill("SIGKILL");
    }, seconds * 1000);
    const settle = (status: number | null) => {
      clearTimeout(timer);
      if (log) appendFileSync(log, `$ ${toText({ command })}\n${isSecret ? "" : output.stdout}${output.stderr}\n`);
      resolve({ status, ...output });
    };
    child.once("error", (error) => {
      output.stderr += error.message;
      settle(null);
    });
    child.once("close", settle);
  });
}
