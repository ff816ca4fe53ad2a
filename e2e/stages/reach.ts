import { kubectl, kubectlWith } from "../command.ts";
import { listPods } from "../pods.ts";
import { probe, type Probed, toProbed, wasCut, wasDropped } from "../probe.ts";
import { stage } from "../stage.ts";
import { outside, stranger } from "../stand-in/manifest.ts";
import { until } from "../until.ts";
import { keepWarm, readyPod } from "../warm.ts";

/** Knative's proxy in a pod of the service, by its address and by the name that its sidecar has a certificate for. */
const queue = "http://<address>:8012/health";
const queueByName = "http://<revision>-private.edge-gists.svc.cluster.local/health";
const activator = "http://activator-service.knative-serving.svc.cluster.local/";
const redis = "http://edge-gists-redis.edge-gists.svc.cluster.local:6379/";

/** Opens only the network: the layers behind it must then refuse by themselves. */
const opening = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "e2e-opens-the-network", namespace: "edge-gists" },
  spec: {
    podSelector: { matchLabels: { "serving.knative.dev/service": "edge-gists" } },
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
};

/** @throws Error with the actual result */
function expectThat(isAsWanted: boolean, found: Probed, what: string): string {
  const said = JSON.stringify(found);
  if (!isAsWanted) throw new Error(`${what}; it was ${said}`);
  return found.error ?? String(found.status);
}

export const reach = stage({
  name: "reach",
  title: "Who reaches the service from inside: network, mTLS, policies",
  commands: (settings) => ({
    pods: listPods(settings),
    plainActivator: probe(settings, "outside", activator),
    meshActivator: probe(settings, "stranger", activator),
    plain: probe(settings, "outside", queue),
    mesh: probe(settings, "stranger", queueByName),
    redis: probe(settings, "stranger", redis),
    open: kubectlWith(settings, JSON.stringify(opening), "apply", "--filename=-"),
    close: kubectl(
      settings,
      "delete",
      "networkpolicy",
      opening.metadata.name,
      "--namespace=edge-gists",
      "--ignore-not-found",
    ),
  }),
  run: async (context, { pods, plainActivator, meshActivator, plain, mesh, redis, open, close }) => {
    const { run, attempt, check, onEnd } = context;
    onEnd(keepWarm(context));
    const ask = async (command: typeof plain) => {
      const { ip, revision } = await readyPod(context, pods);
      const [program, ...args] = command.command;
      const known = args.map((part) => part.replace("<address>", ip).replace("<revision>", revision));
      return toProbed(await run({ command: [program, ...known] }));
    };
    const untilSo = (what: string, command: typeof plain, isSo: (found: Probed) => boolean) =>
      until(what, 60, async () => {
        const found = await ask(command);
        return isSo(found) ? found : Promise.reject(new Error(JSON.stringify(found)));
      });

    await check("mTLS: Knative's activator takes no plain HTTP from a pod without a sidecar", async () => {
      const found = await ask(plainActivator);
      return expectThat(wasCut(found), found, "the connection should have been cut");
    });
    await check("mTLS: it answers a pod with a sidecar", async () => {
      const found = await ask(meshActivator);
      return expectThat(found.status !== undefined, found, "it should have answered");
    });
    await check("network: a pod without a sidecar does not get to a pod of the service", async () => {
      const found = await ask(plain);
      return expectThat(wasDropped(found), found, "nothing should have come back");
    });
    await check("network: nor does a stranger in the mesh", async () => {
      const found = await ask(mesh);
      // Its own sidecar responds for an unreachable address.
      return expectThat(wasDropped(found) || found.status === 503, found, "nothing should have come back");
    });
    await check("network: nor to the shared cache", async () => {
      const found = await ask(redis);
      return expectThat(wasDropped(found) || wasCut(found), found, "it should not have answered");
    });
    try {
      await run(open);
      await check("mTLS alone: with the network open, plain HTTP is cut", async () => {
        return expectThat(true, await untilSo("a connection that is cut", plain, wasCut), "");
      });
      await check("policy alone: with the network open, a stranger in the mesh gets 403", async () => {
        const found = await untilSo("403", mesh, ({ status }) => status === 403);
        return expectThat(found.text?.includes("RBAC") ?? false, found, "the refusal should be the policy's");
      });
    } finally {
      await attempt(close);
    }
    await check("network: closed again", async () => {
      return expectThat(true, await untilSo("dropped packets", plain, wasDropped), "");
    });
  },
});
