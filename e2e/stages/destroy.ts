import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, kubectl, terraform } from "../command.ts";
import { stage } from "../stage.ts";

/** Namespaces that an apply creates, without those of the cluster itself. */
const namespaces = new Set([
  "cert-manager",
  "edge-gists",
  "istio-egress",
  "istio-system",
  "knative-operator",
  "knative-serving",
  "metallb-system",
  "observability",
]);

export const destroy = stage({
  name: "destroy",
  title: "Destroy leaves nothing",
  kind: "end",
  commands: (settings) => {
    const { clusterName, isOurs } = settings;
    const commands: Record<string, Command> = {
      platform: terraform(settings, "platform", "destroy", "-auto-approve"),
    };
    if (isOurs) {
      commands["cluster"] = terraform(settings, "cluster", "destroy", "-auto-approve", "-refresh=false");
      const label = `label=io.x-k8s.kind.cluster=${clusterName}`;
      commands["clusters"] = { command: ["kind", "get", "clusters"] };
      commands["containers"] = { command: ["docker", "ps", "--all", "--quiet", "--filter", label] };
      commands["volumes"] = { command: ["docker", "volume", "ls", "--quiet", "--filter", label] };
    } else {
      commands["namespaces"] = kubectl(settings, "get", "namespaces", "--output=jsonpath={.items[*].metadata.name}");
    }
    return commands;
  },
  run: async (
    { settings, run, attempt, check },
    { platform, cluster, clusters, containers, volumes, namespaces: named },
  ) => {
    await check("terraform destroy: the platform", async () => void (await run(platform!)));
    const isDone = !cluster || (await check("terraform destroy: the cluster", async () => void (await run(cluster))));
    if (!isDone) {
      // A failed run must not leave a cluster on the machine.
      await attempt({ command: ["kind", "delete", "cluster", `--name=${settings.clusterName}`], seconds: 300 });
    }
    await check("nothing is left in the state", async () => {
      for (const name of settings.isOurs ? ["platform", "cluster"] : ["platform"]) {
        const state = readFileSync(join(settings.private, `${name}.tfstate`), "utf8");
        const { resources } = JSON.parse(state) as { resources: { mode: string }[] };
        if (resources.length > 0) throw new Error(JSON.stringify(resources).slice(0, 2000));
      }
    });
    if (named) {
      await check("no namespace is left", async () => {
        const left = (await run(named)).split(" ").filter((name) => namespaces.has(name));
        if (left.length > 0) throw new Error(left.join(" "));
      });
      return;
    }
    await check("no cluster, container or volume is left", async () => {
      const there = (await run(clusters!)).split("\n").includes(settings.clusterName);
      const left = `${await run(containers!)}${await run(volumes!)}`.trim();
      if (there || left) throw new Error(`${there ? settings.clusterName : ""} ${left}`);
    });
    await check("no context is left", async () => {
      const { kubeconfig, context } = settings;
      if (existsSync(kubeconfig) && readFileSync(kubeconfig, "utf8").includes(context)) throw new Error(context);
    });
  },
});
