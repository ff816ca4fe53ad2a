import { type Command, kubectlWith } from "../command.ts";
import { listPods } from "../pods.ts";
import { probe, type Probed, toProbed, wasCut, wasDropped } from "../probe.ts";
import { stage } from "../stage.ts";
import { outside, stranger } from "../stand-in/manifest.ts";
import { until } from "../until.ts";
import { keepWarm, readyPod } from "../warm.ts";

/** Knative's proxy in a pod of the service, by its address and by the name that its sidecar has a certificate for. */
const queue = "http://<address>:8012/health";
const queueByName = "http://<revision>-private.edge-gists.svc.cluster.local/health";
const activator = "http://activator-service.knative-serving.svc.cluster.local/health";
/** With these, the activator sends a request to the service, whoever the caller is. */
const forActivator = { "Knative-Serving-Namespace": "edge-gists", "Knative-Serving-Revision": "<revision>" };
/** So it does by this host. Without a pod, or with too few for a burst, the name is the activator's. */
const revision = "http://<revision>.edge-gists.svc.cluster.local/health";
/** The service's own name in the cluster, which is the gateway's port for names in the cluster. */
const local = "http://edge-gists.edge-gists.svc.cluster.local/health";
const redis = "http://edge-gists-redis.edge-gists.svc.cluster.local:6379/";

/** Opens only the network: the layers behind it must then refuse by themselves. */
const openings = [
  { namespace: "edge-gists", matchLabels: { "serving.knative.dev/service": "edge-gists" } },
  { namespace: "knative-serving", matchLabels: { app: "activator" } },
].map(({ namespace, matchLabels }) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "e2e-opens-the-network", namespace },
  spec: {
    podSelector: { matchLabels },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [outside, stranger].map((name) => ({
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
        })),
        ports: [{ port: 8012, protocol: "TCP" }],
      },
    ],
  },
}));
const opening = { apiVersion: "v1", kind: "List", items: openings };

/** @throws Error with the actual result */
function expectThat(isAsWanted: boolean, found: Probed, what: string): string {
  const said = JSON.stringify(found);
  if (!isAsWanted) throw new Error(`${what}; it was ${said}`);
  return found.error ?? String(found.status);
}

/** A refusal by the mesh's policy, and not by the program behind it. */
function isRefused({ status, text }: Probed): boolean {
  return status === 403 && (text?.includes("RBAC") ?? false);
}

export const reach = stage({
  name: "reach",
  title: "Who reaches the service from inside: network, mTLS, policies",
  commands: (settings) => ({
    pods: listPods(settings),
    plain: probe(settings, "outside", queue),
    plainActivator: probe(settings, "outside", activator, forActivator),
    plainLocal: probe(settings, "outside", local),
    mesh: probe(settings, "stranger", queueByName),
    meshActivator: probe(settings, "stranger", activator, forActivator),
    meshRevision: probe(settings, "stranger", revision),
    redis: probe(settings, "stranger", redis),
    open: kubectlWith(settings, JSON.stringify(opening), "apply", "--filename=-"),
    close: kubectlWith(settings, JSON.stringify(opening), "delete", "--ignore-not-found", "--filename=-"),
  }),
  run: async (context, commands) => {
    const { run, attempt, check, onEnd } = context;
    onEnd(keepWarm(context));
    const ask = async (command: Command) => {
      const { ip, revision } = await readyPod(context, commands.pods);
      const [program, ...args] = command.command;
      const known = args.map((part) => part.replace("<address>", ip).replace("<revision>", revision));
      return toProbed(await run({ command: [program, ...known] }));
    };
    const untilSo = (what: string, command: Command, isSo: (found: Probed) => boolean) =>
      until(what, 60, async () => {
        const found = await ask(command);
        return isSo(found) ? found : Promise.reject(new Error(JSON.stringify(found)));
      });
    const checkUntil = (name: string, what: string, command: Command, isSo: (found: Probed) => boolean) =>
      check(name, async () => expectThat(true, await untilSo(what, command, isSo), ""));

    for (const [from, to, command] of [
      ["a pod without a sidecar", "a pod of the service", commands.plain],
      ["a pod without a sidecar", "Knative's activator", commands.plainActivator],
      ["a pod without a sidecar", "the gateway's port for names in the cluster", commands.plainLocal],
      ["a stranger in the mesh", "a pod of the service", commands.mesh],
      ["a stranger in the mesh", "Knative's activator", commands.meshActivator],
      ["a stranger in the mesh", "the shared cache", commands.redis],
    ] as const)
      await check(`network: ${from} does not get to ${to}`, async () => {
        const found = await ask(command);
        // A stranger's own sidecar responds for an unreachable address, or cuts the connection.
        const isClosed =
          wasDropped(found) || (from.startsWith("a stranger") && (found.status === 503 || wasCut(found)));
        return expectThat(isClosed, found, "nothing should have come back");
      });
    try {
      await run(commands.open);
      const cut = "a connection that is cut";
      await checkUntil("mTLS alone: with the network open, a pod takes no plain HTTP", cut, commands.plain, wasCut);
      await checkUntil("mTLS alone: nor does the activator", cut, commands.plainActivator, wasCut);
      for (const [what, command] of [
        ["a pod", commands.mesh],
        ["the activator, for the service by headers", commands.meshActivator],
        ["the activator, for the service by its name", commands.meshRevision],
      ] as const)
        await checkUntil(`policy alone: a stranger in the mesh gets 403 of ${what}`, "403", command, isRefused);
    } finally {
      await attempt(commands.close);
    }
    await checkUntil("network: closed again", "dropped packets", commands.plain, wasDropped);
  },
});
