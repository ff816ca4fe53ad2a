import { askCluster, find, refuseFiles, runAll, toText, useKubeconfig } from "./deploy/commands.mjs";
import { toPlan } from "./deploy/plan.mjs";
import { confirm, readOptions, refuse, yes } from "./options.mjs";

const usage = `
npm run deploy [-- --dry-run] [--yes]

Deploys the service to a cluster, by Terraform and the charts or by the committed manifests. Prints
the commands, without any secret, and asks before it runs them; needs --yes where there is no
terminal. Needs kubectl, and terraform unless all is applied by manifests.

Settings, all in the environment:
  DEPLOYMENT_METHOD    helm (the default) or manifest
  PROVISION_CLUSTER    true (the default): make the cluster where there is none
  KUBE_CONTEXT         kind-edge-gists by default, of the kubeconfig TF_VAR_kubeconfig_path
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

const toList = new Intl.ListFormat("en", { type: "disjunction" });

/** A setting of the environment, the first choice if it is not set. */
function readChoice(name, choices) {
  const value = env[name] || choices[0];
  return choices.includes(value) ? value : refuse(`${name}: ${toList.format(choices)}, not "${value}"`);
}

/** A reference of an image (https://pkg.go.dev/github.com/distribution/reference), as Terraform's `image` takes it; or none. */
function readImage() {
  const { IMAGE: image = "" } = env;
  const isImage =
    /^([\w-]*\.[\w.-]*|localhost|[\w-]+(?=:))(:\d+)?(\/[a-z\d]+([._-]+[a-z\d]+)*)+(:(?!latest$)\w[\w.-]*|@sha256:[a-f\d]{64})$/.test(
      image,
    );
  return image === "" || isImage
    ? image
    : refuse(`IMAGE: registry/name with a tag or digest, such as docker.io/user/edge-gists:1.0.0, not "${image}"`);
}

const wanted = {
  method: readChoice("DEPLOYMENT_METHOD", ["helm", "manifest"]),
  provision: readChoice("PROVISION_CLUSTER", ["true", "false"]) === "true",
  context,
  environment: readChoice("DEPLOY_ENVIRONMENT", ["kind", "staging", "production"]),
  image: readImage(),
  address: { domain: env.TF_VAR_domain, https_port: env.TF_VAR_https_port },
  secrets: {
    github_token: env.GH_API_TOKEN ?? "",
    grafana_admin_user: env.GRAFANA_ADMIN_USER ?? "",
    grafana_admin_password: env.GRAFANA_ADMIN_PASSWORD ?? "",
  },
};

try {
  const isDry = values["dry-run"];
  useKubeconfig(context);
  const { responds, cause } = askCluster(context, isDry);
  const found = { ...find({ context, asksKind: context.startsWith("kind-") && wanted.provision, isDry }), responds };
  const state = cause ? `taken to be missing (${cause})` : responds ? "responds" : "does not respond";
  console.log(`cluster ${context}: ${state}${found.isOurs ? ", made by Terraform here" : ""}`);
  const plan = toPlan(wanted, found);
  refuseFiles(plan.flatMap(({ env = {} }) => Object.keys(env).map((name) => name.replace("TF_VAR_", ""))));
  console.log(plan.map(toText).join("\n"));
  if (!isDry) {
    await confirm(`Run these on ${context}?`, values.yes);
    await runAll(plan);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
