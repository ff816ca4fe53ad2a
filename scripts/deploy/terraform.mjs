/** The commands of Terraform's two configurations, terraform/cluster and terraform/platform; nothing is run here. */
import { join, resolve } from "node:path";

/**
 * @typedef {object} Command
 * @property {string[]} command
 * @property {Record<string, string>} [env]
 * @property {string} [input]
 * @property {boolean} [isAsked] the program itself asks, and is given the terminal
 */

/**
 * @typedef {object} Wanted
 * @property {Record<string, string>} variables of Terraform; never part of a command line
 * @property {boolean} isExisting the cluster is not Kind's here: `kubeconfig_context` names it
 * @property {boolean} isSure nobody is asked
 * @property {boolean} [keepsCluster] an existing cluster is not changed, though it is ours
 * @property {string} [state] folder of the states; beside each configuration without it
 */

/**
 * @typedef {object} Found
 * @property {boolean} isThere Kind has the cluster
 * @property {boolean} isOurs the state of terraform/cluster has it
 * @property {string[]} platform addresses in the state of terraform/platform
 * @property {string} [other] context of the platform or of the cluster in the states, if it is not the wanted one
 * @property {boolean} [isInstalled] the platform in the state is at the wanted context
 * @property {string} [unknown] why nobody knows whether it is there
 */

/**
 * Terraform in one of the configurations.
 * @param {"cluster" | "platform"} root
 * @param {{ state?: string, variables?: Record<string, string> }} wanted
 * @param {string[]} args subcommand and more
 * @returns {Command}
 */
export function terraform(root, { state, variables = {} }, action, ...args) {
  const own = state && action !== "init" ? [`-state=${join(resolve(state), `${root}.tfstate`)}`] : [];
  const words = action.split(" ");
  const env = {
    ...(state && { TF_DATA_DIR: join(resolve(state), root) }),
    ...Object.fromEntries(
      Object.entries(variables)
        .filter(([, value]) => value)
        .map(([name, value]) => [`TF_VAR_${name}`, value]),
    ),
  };
  return { command: ["terraform", `-chdir=terraform/${root}`, ...words, ...own, ...args], env };
}

/**
 * The states have one cluster and one platform.
 * @throws {Error} if they have another cluster than the wanted one, which would be replaced, deleted or forgotten
 */
export function refuseOther({ isExisting }, { other, platform, isInstalled }) {
  // Of an existing cluster only the platform is changed, whichever cluster the other state has.
  if (!other || (isExisting && (platform.length === 0 || isInstalled))) return;
  const variable = other.startsWith("kind-") ? "TF_VAR_cluster_name" : "TF_VAR_kubeconfig_context";
  throw new Error(
    `Terraform's state has the cluster ${other}: name that one (${variable}), remove it first (npm run down), or keep the states of this one elsewhere (--state=FOLDER)`,
  );
}

const init = (root, wanted) => terraform(root, { state: wanted.state }, "init", "-input=false");

/**
 * The cluster, and then the platform in it.
 * @param {Wanted} wanted
 * @param {Found} found
 * @returns {Command[]}
 * @throws {Error} if the states have another cluster
 */
export function toUp(wanted, found) {
  refuseOther(wanted, found);
  const { isThere, isOurs } = found;
  const apply = (root, ...args) => terraform(root, wanted, "apply", "-input=false", ...args);
  const makesCluster = !wanted.isExisting && (isThere ? isOurs && !wanted.keepsCluster : true);
  const cluster = () => {
    // The provider's reading fails without the cluster, and so would every plan: it is not read, but made again.
    if (isOurs && !isThere) return apply("cluster", "-auto-approve", "-refresh=false", "-replace=kind_cluster.this");
    // Other ports, nodes or images replace the cluster.
    if (isOurs && !wanted.isSure) return { ...apply("cluster"), isAsked: true };
    return apply("cluster", "-auto-approve");
  };
  return [
    ...(makesCluster ? [init("cluster", wanted), cluster()] : []),
    init("platform", wanted),
    apply("platform", "-auto-approve"),
  ];
}

/**
 * Kind's cluster goes with all that is in it. From another's cluster the platform alone is removed.
 * @param {Wanted} wanted
 * @param {Found} found
 * @returns {Command[]}
 * @throws {Error} if the states have another cluster
 */
export function toDown(wanted, found) {
  refuseOther(wanted, found);
  const { isThere, isOurs, platform } = found;
  const destroy = (root, ...args) => terraform(root, wanted, "destroy", "-input=false", "-auto-approve", ...args);
  const hasPlatform = platform.length > 0;
  if (wanted.isExisting || (isThere && !isOurs))
    return hasPlatform ? [init("platform", wanted), destroy("platform")] : [];
  return [
    // Not read first: it may be gone.
    ...(isOurs ? [init("cluster", wanted), destroy("cluster", "-refresh=false")] : []),
    ...(hasPlatform
      ? [init("platform", wanted), terraform("platform", { state: wanted.state }, "state rm", ...platform)]
      : []),
  ];
}
