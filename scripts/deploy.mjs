import { spawnSync } from "node:child_process";
import { root } from "../harness/built.mjs";
import { toPlan } from "./deploy/plan.mjs";
import { confirm, readOptions, yes } from "./options.mjs";

const usage = `
npm run deploy [-- --dry-run] [--yes]

Deploys the service to a cluster, by Terraform and the charts or by the committed manifests. Prints
the commands, without any secret, and asks before it runs them; needs --yes where there is no
terminal. Needs terraform or kubectl.

Settings, all in the environment:
  DEPLOYMENT_METHOD    helm (the default) or manifest
  PROVISION_CLUSTER    true (the default): make the cluster where there is none
  KUBE_CONTEXT         kind-edge-gists by default
  DEPLOY_ENVIRONMENT   kind (the default), staging or production
  IMAGE                in a registry; without it, one is built here
  GH_API_TOKEN, GRAFANA_ADMIN_USER, GRAFANA_ADMIN_PASSWORD
`;
const { values } = readOptions({
  usage,
  options: {
    "dry-run": { type: "boolean", default: false, description: "print the commands, and run none" },
    ...yes,
  },
});

const { env } = process;
const context = env.KUBE_CONTEXT || "kind-edge-gists";

const wanted = {
  method: env.DEPLOYMENT_METHOD || "helm",
  provision: (env.PROVISION_CLUSTER || "true") === "true",
  context,
  environment: env.DEPLOY_ENVIRONMENT || "kind",
  image: env.IMAGE ?? "",
  secrets: {
    github_token: env.GH_API_TOKEN ?? "",
    grafana_admin_user: env.GRAFANA_ADMIN_USER ?? "",
    grafana_admin_password: env.GRAFANA_ADMIN_PASSWORD ?? "",
  },
};

/** The output of a command; empty if it failed or is not installed. */
function ask(program, ...args) {
  return spawnSync(program, args, { cwd: root, encoding: "utf8" }).stdout ?? "";
}

const found = {
  exists: ask("kubectl", `--context=${context}`, "get", "--raw=/readyz", "--request-timeout=10s").trim() === "ok",
  isOurs: /^kind_cluster\./m.test(ask("terraform", "-chdir=terraform", "state", "list")),
};

try {
  console.log(
    `cluster ${context}: ${found.exists ? "responds" : "does not respond"}${found.isOurs ? ", made by Terraform here" : ""}`,
  );
  const plan = toPlan(wanted, found);
  const toText = ({ command, env: more = {} }) =>
    `$ ${[...Object.keys(more).map((name) => `${name}=...`), ...command].join(" ")}`;
  console.log(plan.map(toText).join("\n"));
  if (!values["dry-run"]) await confirm(`Run these on ${context}?`, values.yes);
  for (const step of values["dry-run"] ? [] : plan) {
    const { command, env: more = {}, input } = step;
    console.log(`\n${toText(step)}`);
    const stdio = [input === undefined ? "ignore" : "pipe", "inherit", "inherit"];
    const { status, error } = spawnSync(command[0], command.slice(1), {
      cwd: root,
      env: { ...env, ...more },
      input,
      stdio,
    });
    if (status !== 0) throw new Error(`${command[0]} ended with ${error?.message ?? `code ${status}`}`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
