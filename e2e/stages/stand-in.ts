import { type Command, kubectl, kubectlWith, readService } from "../command.ts";
import { stage } from "../stage.ts";
import { bundleStandIn } from "../stand-in/bundle.ts";
import { withRewrite } from "../stand-in/dns.ts";
import { egressPolicy, outside, standInHost, stranger, toManifest } from "../stand-in/manifest.ts";
import { until } from "../until.ts";
import type { Settings } from "../settings.ts";

const dns = ["--namespace=kube-system"];

/** The egress gateway's data on api.github.com: a line for each address and figure. */
export function askEgress(settings: Settings): Command {
  const gateway = ["--namespace=istio-egress", "deployment/istio-egressgateway"];
  return kubectl(settings, "exec", ...gateway, "--", "pilot-agent", "request", "GET", "clusters");
}

/** A figure of the egress gateway's addresses of api.github.com, by address. */
export function toGitHubHosts(clusters: string, figure: string): Map<string, number> {
  const pattern = new RegExp(`^outbound\\|443\\|\\|api\\.github\\.com::([\\d.]+):443::${figure}::(\\d+)$`, "gm");
  return new Map([...clusters.matchAll(pattern)].map(([, address = "", value]) => [address, Number(value)]));
}

export const standIn = stage({
  name: "stand-in",
  title: "A stand-in for GitHub, in the cluster",
  kind: "gate",
  commands: (settings) => ({
    image: readService(settings, ".spec.template.spec.containers[0].image"),
    apply: kubectlWith(settings, "", "apply", "--filename=-"),
    rollout: kubectl(settings, "rollout", "status", `--namespace=${outside}`, "deployment/github", "--timeout=3m"),
    visitor: kubectl(settings, "rollout", "status", `--namespace=${outside}`, "deployment/visitor", "--timeout=3m"),
    stranger: kubectl(settings, "rollout", "status", `--namespace=${stranger}`, "deployment/stranger", "--timeout=3m"),
    address: kubectl(
      settings,
      "get",
      "service",
      "github",
      `--namespace=${outside}`,
      "--output=jsonpath={.spec.clusterIP}",
    ),
    readDns: kubectl(settings, "get", "configmap", "coredns", ...dns, "--output=json"),
    writeDns: kubectlWith(settings, "", "replace", "--filename=-"),
    restartDns: kubectl(settings, "rollout", "restart", "deployment/coredns", ...dns),
    dnsReady: kubectl(settings, "rollout", "status", "deployment/coredns", ...dns, "--timeout=2m"),
    egress: askEgress(settings),
    remove: kubectl(settings, "delete", "namespace", outside, stranger, "--ignore-not-found"),
    removePolicy: kubectl(
      settings,
      "delete",
      "networkpolicy",
      egressPolicy.name,
      `--namespace=${egressPolicy.namespace}`,
      "--ignore-not-found",
    ),
  }),
  run: async ({ run, attempt, settings, onEnd }, commands) => {
    const { image, apply, rollout, visitor, stranger, address, readDns, writeDns, restartDns, dnsReady, egress } =
      commands;
    await run({ ...apply, input: JSON.stringify(toManifest(await run(image), await bundleStandIn())) });
    await run({ ...rollout, seconds: 200 });
    await run({ ...visitor, seconds: 200 });
    await run({ ...stranger, seconds: 200 });
    const before = await run(readDns);
    if (!settings.isOurs) {
      // A given cluster is left unchanged.
      onEnd(async () => {
        const { data } = JSON.parse(before) as { data: object };
        const metadata = { name: "coredns", namespace: "kube-system" };
        await attempt({ ...writeDns, input: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data }) });
        await attempt(restartDns);
        await attempt({ ...commands.remove, seconds: 180 });
        await attempt(commands.removePolicy);
      });
    }
    await run({ ...writeDns, input: withRewrite(before, "api.github.com", standInHost) });
    await run(restartDns);
    await run({ ...dnsReady, seconds: 150 });
    const wanted = await run(address);
    // The real GitHub must never be called: it would respond with 401 to the stand-in's token.
    await until(`the egress gateway knows api.github.com as ${wanted}`, 180, async () => {
      const hosts = [...toGitHubHosts(await run(egress), "cx_total").keys()];
      return hosts.length === 1 && hosts[0] === wanted ? true : undefined;
    });
  },
});
