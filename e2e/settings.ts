import { join } from "node:path";
import { root } from "../harness/child.ts";
import type { Options } from "./options.ts";

/** The settings of a run. Terraform's variables may be set in the environment, as TF_VAR_<name>. */
export interface Settings {
  /** Logs and the report; CI uploads them if a run fails. */
  folder: string;
  /** Terraform's state and the kubeconfig, with their secrets: uploaded nowhere. */
  private: string;
  kubeconfig: string;
  context: string;
  /** True for a cluster that this run creates. */
  isOurs: boolean;
  clusterName: string;
  domain: string;
  /** The gateway's address. */
  gateway: { host: string; http: number; https: number };
  /** Variables for Terraform. */
  variables: Record<string, string>;
}

/** A separate name, so that it does not collide with a developer's cluster. */
const clusterName = "edge-gists-e2e";

/** The differences from the default platform: a Knative Service that scales to zero soon, and the stand-in's CA. */
export const serviceValues = {
  autoscaling: { window: "20s" },
  trustedCa: { secretName: "edge-gists-tls", key: "ca.crt" },
};

export function toSettings({ context }: Pick<Options, "context">, env = process.env): Settings {
  const folder = join(root, ".cache/e2e");
  const own = join(root, ".cache/e2e-private");
  const isOurs = context === undefined;
  const domain = env["TF_VAR_domain"] ?? "127.0.0.1.sslip.io";
  const kubeconfig = isOurs ? join(own, "kubeconfig") : (env["TF_VAR_kubeconfig_path"] ?? env["KUBECONFIG"] ?? "");
  return {
    folder,
    private: own,
    kubeconfig,
    context: context ?? `kind-${clusterName}`,
    isOurs,
    clusterName,
    domain,
    gateway: {
      host: env["E2E_GATEWAY"] ?? env["TF_VAR_listen_address"] ?? "127.0.0.1",
      http: Number(env["TF_VAR_http_port"] ?? 80),
      https: Number(env["TF_VAR_https_port"] ?? 443),
    },
    variables: {
      domain,
      ...(env["TF_VAR_environment"] && { environment: env["TF_VAR_environment"] }),
      // The stand-in accepts tokens with this beginning, and GitHub none of them.
      github_token: "good-e2e",
      service_values: JSON.stringify([JSON.stringify(serviceValues)]),
      ...(isOurs
        ? { cluster_name: clusterName, kubeconfig_path: kubeconfig }
        : {
            kubeconfig_context: context,
            ...(kubeconfig && { kubeconfig_path: kubeconfig }),
          }),
    },
  };
}

/** Origin of a public name, by default the service's. */
export function toServiceUrl({ domain, gateway }: Settings, host = "gists"): string {
  return `https://${host}.${domain}${gateway.https === 443 ? "" : `:${gateway.https}`}`;
}
