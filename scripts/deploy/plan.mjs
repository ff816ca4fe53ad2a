/** A deployment as a list of commands; nothing is run here. */
import { image } from "../image.mjs";

/**
 * @typedef {object} Wanted
 * @property {"helm" | "manifest"} method
 * @property {boolean} provision make the cluster if it does not exist
 * @property {string} context of the kubeconfig
 * @property {string} environment which values or manifests
 * @property {string} image in a registry; empty: built here
 * @property {Record<string, string>} secrets values of Terraform's variables; never part of a command line
 */

/**
 * @typedef {object} Found
 * @property {boolean} exists the context's cluster answers
 * @property {boolean} isOurs Terraform's state has the cluster: it must not be told that it is another's
 */

/**
 * @typedef {object} Command
 * @property {string[]} command
 * @property {Record<string, string>} [env]
 * @property {string} [input]
 */

/** The dependencies of the service, without the service. */
const platform = [
  "terraform_data.knative_ready",
  "terraform_data.image",
  "helm_release.mesh",
  "helm_release.observability",
];

/**
 * @param {Wanted} wanted
 * @param {Found} found
 * @returns {Command[]}
 * @throws {Error} where it cannot be, with what is missing
 */
export function toPlan(wanted, found) {
  const { method, provision, context } = wanted;
  if (!["helm", "manifest"].includes(method)) throw new Error(`DEPLOYMENT_METHOD: helm or manifest, not ${method}`);
  if (!found.exists && !provision)
    throw new Error(`no cluster answers at context ${context}: start it, or set PROVISION_CLUSTER=true`);
  const makes = found.isOurs || !found.exists;
  if (method === "helm" && !makes && !wanted.image)
    throw new Error("IMAGE: needed for an existing cluster, whose nodes cannot be loaded from here");
  const byTerraform = method === "helm" || !found.exists;
  return [
    ...(byTerraform ? terraform(wanted, makes, method === "helm" ? [] : platform) : []),
    ...(method === "manifest" ? manifests(wanted, found.exists) : []),
  ];
}

function terraform({ context, environment, secrets, ...wanted }, makes, targets) {
  const variables = {
    ...secrets,
    image: wanted.image,
    environment,
    provision_cluster: String(makes),
    ...(makes ? { cluster_name: context.replace(/^kind-/, "") } : { kubeconfig_context: context }),
  };
  const env = Object.fromEntries(
    Object.entries(variables)
      .filter(([, value]) => value)
      .map(([name, value]) => [`TF_VAR_${name}`, value]),
  );
  return [
    { command: ["terraform", "-chdir=terraform", "init", "-input=false"] },
    {
      command: [
        "terraform",
        "-chdir=terraform",
        "apply",
        "-input=false",
        "-auto-approve",
        ...targets.map((target) => `-target=${target}`),
      ],
      env,
    },
  ];
}

/** Of the manifests for Kind: an image that no registry has. */
export const localImage = `dev.local/${image}`;

function manifests({ context, environment, secrets }, hasPlatform) {
  const token = secrets.github_token;
  const isLocal = environment === "kind";
  const folder = `knative/manifests/${environment}`;
  const kubectl = (...args) => ["kubectl", `--context=${context}`, ...args];
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "edge-gists", namespace: "edge-gists" },
    stringData: { GITHUB_TOKEN: token },
  };
  return [
    ...(isLocal
      ? [
          { command: ["node", "scripts/image.mjs", "--tag", localImage] },
          { command: ["kind", "load", "docker-image", localImage, `--name=${context.replace(/^kind-/, "")}`] },
        ]
      : []),
    // Terraform has installed the rest from the charts.
    ...(hasPlatform ? ["10-mesh", "20-knative-serving"] : []).map((name) => ({
      command: kubectl("apply", `--filename=${folder}/${name}.yaml`),
    })),
    ...(token ? [{ command: kubectl("apply", "--filename=-"), input: JSON.stringify(secret) }] : []),
    { command: kubectl("apply", `--filename=${folder}/30-edge-gists.yaml`) },
    {
      command: kubectl("wait", "--namespace=edge-gists", "--for=condition=Ready", "--timeout=5m", "ksvc/edge-gists"),
    },
  ];
}
