/** A deployment as a list of commands; nothing is run here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/built.mjs";
import { image } from "../image.mjs";
import { toUp } from "./terraform.mjs";

/**
 * @typedef {object} Wanted
 * @property {"helm" | "manifest"} method
 * @property {boolean} provision make the cluster if it does not exist
 * @property {string} context of the kubeconfig
 * @property {string} environment which values or manifests
 * @property {string} image in a registry; empty: built here
 * @property {{ domain?: string, https_port?: string }} [address] Terraform's variables of the service's URL, if they are set
 * @property {Record<string, string>} secrets values of Terraform's variables; never part of a command line
 */

/** @typedef {import("./terraform.mjs").Found & { responds: boolean }} Found `responds`: a cluster, at the context */

/** @typedef {import("./terraform.mjs").Command} Command */

/**
 * @param {Wanted} wanted
 * @param {Found} found
 * @returns {Command[]}
 * @throws {Error} where it cannot be, with what is missing
 */
export function toPlan(wanted, found) {
  const { method, provision, context } = wanted;
  if (!found.responds && !(provision && context.startsWith("kind-")))
    throw new Error(
      `no cluster answers at context ${context}: start it, or set PROVISION_CLUSTER=true for one of Kind`,
    );
  if (found.isThere && !found.responds)
    throw new Error(`the cluster ${context} is there and does not respond: start it, or remove it (npm run down)`);
  const isExisting = found.responds && !found.isOurs;
  if (method === "helm" && isExisting && !wanted.image)
    throw new Error("IMAGE: needed for an existing cluster, whose nodes cannot be loaded from here");
  if (method === "manifest") refuseOtherAddress(wanted);
  // What Terraform has installed stays Terraform's, and of the manifests only the service's are applied.
  const isTerraforms = found.platform.length > 0 || !found.responds;
  return [
    ...(method === "helm" || isTerraforms
      ? toUp(toTerraform(wanted, isExisting), { ...found, isThere: found.responds })
      : []),
    ...(method === "manifest" ? manifests(wanted, !isTerraforms) : []),
  ];
}

const folderOf = (environment) => `knative/manifests/${environment}`;

/** Domain of the service's URL in the manifests of an environment. */
function readDomain(environment) {
  const text = readFileSync(join(root, folderOf(environment), "30-edge-gists.yaml"), "utf8");
  return /name: PUBLIC_URL\s+value: "https:\/\/gists\.([^":]+)"/.exec(text)[1];
}

/** @throws {Error} if the service is to have another URL than the one that is written in the manifests */
function refuseOtherAddress({ environment, address = {} }) {
  const own = { domain: readDomain(environment), https_port: "443" };
  for (const [name, value] of Object.entries(own))
    if ((address[name] ?? value) !== value)
      throw new Error(
        `TF_VAR_${name}: the manifests for ${environment} have ${value}, not "${address[name]}": use DEPLOYMENT_METHOD=helm, or leave it out`,
      );
}

function toTerraform({ method, context, environment, image, secrets }, isExisting) {
  return {
    isExisting,
    isSure: true,
    // Other ports or nodes would replace it: that is for `npm run up`.
    keepsCluster: true,
    variables: {
      ...secrets,
      image,
      environment,
      ...(isExisting ? { kubeconfig_context: context } : { cluster_name: context.replace(/^kind-/, "") }),
      // The manifests bring the service itself.
      ...(method === "manifest" && { deploy_service: "false", domain: readDomain(environment) }),
    },
  };
}

/** Of the manifests for Kind: an image that no registry has. */
export const localImage = `dev.local/${image}`;

function manifests({ context, environment, secrets }, isWhole) {
  const token = secrets.github_token;
  const isLocal = environment === "kind";
  const folder = folderOf(environment);
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
    ...(isWhole ? ["10-mesh", "20-knative-serving"] : []).map((name) => ({
      command: kubectl("apply", `--filename=${folder}/${name}.yaml`),
    })),
    ...(token ? [{ command: kubectl("apply", "--filename=-"), input: JSON.stringify(secret) }] : []),
    { command: kubectl("apply", `--filename=${folder}/30-edge-gists.yaml`) },
    {
      command: kubectl("wait", "--namespace=edge-gists", "--for=condition=Ready", "--timeout=5m", "ksvc/edge-gists"),
    },
  ];
}
