/**
 * `npm run deploy [-- --dry-run]`: the service onto a cluster, by Terraform and the charts or by the committed manifests.
 * Settings, all in the environment: DEPLOYMENT_METHOD (helm, manifest), PROVISION_CLUSTER (true: made where there is
 * none), KUBE_CONTEXT, DEPLOY_ENVIRONMENT (kind, staging, production), IMAGE, GH_API_TOKEN, GRAFANA_ADMIN_USER,
 * GRAFANA_ADMIN_PASSWORD. Needs terraform or kubectl. A dry run prints the commands, without any secret.
 */
import { spawnSync } from "node:child_process";
import { root } from "./built.mjs";
import { toPlan } from "./deploy/plan.mjs";

const { env } = process;
const isDry = process.argv.includes("--dry-run");
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

/** What a command printed; empty where it failed or is not installed. */
function ask(program, ...args) {
  return spawnSync(program, args, { cwd: root, encoding: "utf8" }).stdout ?? "";
}

const found = {
  exists: ask("kubectl", `--context=${context}`, "get", "--raw=/readyz", "--request-timeout=10s").trim() === "ok",
  isOurs: /^kind_cluster\./m.test(ask("terraform", "-chdir=terraform", "state", "list")),
};

try {
  console.log(
    `cluster ${context}: ${found.exists ? "answers" : "does not answer"}${found.isOurs ? ", made by Terraform here" : ""}`,
  );
  for (const { command, env: more = {}, input } of toPlan(wanted, found)) {
    console.log(`$ ${[...Object.keys(more).map((name) => `${name}=...`), ...command].join(" ")}`);
    if (isDry) continue;
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
