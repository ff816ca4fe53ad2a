import { kubectl } from "../command.ts";
import { createClient } from "../client.ts";
import { startLoad } from "../load.ts";
import type { Settings } from "../settings.ts";
import { stage } from "../stage.ts";
import { until } from "../until.ts";
import { caFile } from "./apply.ts";

/** With fewer, there is no node for a third pod, or none for what leaves the other two. */
const leastNodes = 3;
/** A drain waits for the gateway's last connections, and for pods that must be ready elsewhere first. */
const drainSeconds = 600;

const drainNode = (settings: Settings, node: string) => ({
  ...kubectl(settings, "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", `--timeout=${drainSeconds}s`),
  seconds: drainSeconds + 30,
});
const uncordon = (settings: Settings, node: string) => kubectl(settings, "uncordon", node);

interface Budgets {
  items: {
    metadata: { namespace: string; name: string };
    status?: { disruptionsAllowed?: number; desiredHealthy?: number };
  }[];
}

/** Namespaces on the path of a request. */
const path = new Set(["edge-gists", "istio-egress", "istio-system", "knative-serving"]);

/** Budgets by which no pod may leave now, or the last one on the path of a request might. */
function toClosed(json: string): string[] {
  return (JSON.parse(json) as Budgets).items.flatMap(({ metadata: { namespace, name }, status }) => {
    if (!((status?.disruptionsAllowed ?? 0) > 0)) return `${namespace}/${name}: no pod may leave`;
    return path.has(namespace) && !((status?.desiredHealthy ?? 0) > 0) ? `${namespace}/${name}: a single pod` : [];
  });
}

export const nodes = stage({
  name: "nodes",
  title: "Each node is drained in turn without a failed request",
  commands: (settings) => ({
    nodes: kubectl(settings, "get", "nodes", "--output=jsonpath={.items[*].metadata.name}"),
    budgets: kubectl(settings, "get", "poddisruptionbudgets", "--all-namespaces", "--output=json"),
    drain: drainNode(settings, "<node>"),
    uncordon: uncordon(settings, "<node>"),
  }),
  run: async ({ settings, run, attempt, check, figure, onEnd }, { nodes, budgets }) => {
    const names = (await run(nodes)).trim().split(/\s+/);
    // A laptop's gateways are single pods.
    const isReplicated =
      settings.variables["environment"] !== undefined && settings.variables["environment"] !== "kind";
    if (names.length < leastNodes || !isReplicated) {
      figure("drained nodes", 0);
      return;
    }
    const client = createClient(settings, caFile(settings.folder));
    onEnd(client.close);
    const open = () =>
      until("budgets that let a pod go", 300, async () => {
        const closed = toClosed(await run(budgets));
        if (closed.length > 0) throw new Error(closed.join(", "));
        return true;
      });
    const load = startLoad(client, ["/health", "/users/hubot/gists", "/octocat"]);
    onEnd(load.stop);
    let drained = 0;
    for (const name of names) {
      await check(`${name} is drained`, async () => {
        await open();
        const started = Date.now();
        try {
          await run(drainNode(settings, name));
        } finally {
          await attempt(uncordon(settings, name));
        }
        drained += 1;
        return `${Math.round((Date.now() - started) / 1000)} s`;
      });
    }
    await check("all of it is back", async () => void (await open()));
    await load.stop();
    await check("no request fails meanwhile", async () => {
      const failures = load.failures();
      if (failures.length > 0) throw new Error(`${failures.length} failed:\n${failures.slice(0, 20).join("\n")}`);
      return `${load.answered()} answered`;
    });
    figure("drained nodes", drained);
    figure("requests during the drains", load.answered());
  },
});
