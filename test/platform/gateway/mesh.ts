import { networkInterfaces } from "node:os";
import { freePort } from "../../../harness/free-port.ts";

const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
const at = (address: string, port: number) => ({ socket_address: { address, port_value: port } });

/** Address from which Istio's proxy connects to a container of its own pod (listener_address.go). */
const sidecar = "127.0.0.6";

/** The address of the gateway's pod, which no service trusts: this machine's own, or loopback without one. */
const pod =
  Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === "IPv4" && !each.internal)?.address ?? "127.0.0.1";

interface Hop {
  name: string;
  /** Where it listens. */
  address: string;
  port: number;
  /** The next hop. */
  next: { address: string; port: number };
  /** The address from which it connects to the next hop. */
  from: string;
  /** True if it adds its peer to X-Forwarded-For. */
  adds: boolean;
  /** True if the client's address comes in a PROXY protocol header, as from a load balancer. */
  proxied?: boolean;
  /** More settings of its HTTP connection manager. */
  more?: object;
}

function toListener({ name, address, port, adds, proxied, more }: Hop) {
  const manager = {
    "@type": type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
    stat_prefix: name,
    use_remote_address: adds,
    route_config: {
      virtual_hosts: [{ name, domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: name } }] }],
    },
    http_filters: [{ name: "router", typed_config: { "@type": type("filters.http.router.v3.Router") } }],
    ...more,
  };
  const proxyProtocol = {
    name: "proxy",
    typed_config: { "@type": type("filters.listener.proxy_protocol.v3.ProxyProtocol") },
  };
  return {
    name,
    address: at(address, port),
    listener_filters: proxied ? [proxyProtocol] : [],
    filter_chains: [{ filters: [{ name: "http", typed_config: manager }] }],
  };
}

function toCluster({ name, next, from }: Hop) {
  const endpoint = { address: at(next.address, next.port) };
  return {
    name,
    type: "STATIC",
    upstream_bind_config: { source_address: at(from, 0).socket_address },
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
  };
}

/** The ways of a request to a service in the mesh: ports that take HTTP after a PROXY protocol header. */
export interface Ways {
  /** From the gateway to a pod. */
  direct: number;
  /** Through Knative's activator. */
  activator: number;
  config: object;
}

/**
 * Envoys as a request meets them in the mesh, as far as X-Forwarded-For goes. The gateway adds its peer
 * (`use_remote_address`). A request for a DomainMapping then comes to the gateway again, on the port for names in the cluster.
 * Istio's proxy in a pod adds nothing. Knative's activator and queue-proxy add their peer, which is Istio's proxy, as Go's
 * ReverseProxy does; an Envoy takes their place.
 * @param service port of the service
 * @param local settings of the gateway's port for names in the cluster, from the mesh's EnvoyFilter
 */
export async function toMesh(service: number, local: object): Promise<Ways> {
  const here = async (address = "127.0.0.1") => ({ address, port: await freePort() });
  const hops: Hop[] = [];
  /** A hop before `next`. */
  const add = async (hop: Pick<Hop, "name" | "from" | "adds" | "proxied" | "more">, next: Hop["next"], on?: string) => {
    const own = await here(on);
    hops.push({ ...hop, ...own, next });
    return own;
  };
  const gateway = async (name: string, next: Hop["next"]) => {
    const again = await add({ name: `${name}-local`, from: pod, adds: true, more: local }, next, pod);
    return add({ name, from: pod, adds: true, proxied: true }, again);
  };
  const queueProxy = await add(
    { name: "queue-proxy", from: "127.0.0.1", adds: true },
    { address: "127.0.0.1", port: service },
  );
  const inPod = await add({ name: "pod-sidecar", from: sidecar, adds: false }, queueProxy);
  const activator = await add({ name: "activator", from: "127.0.0.1", adds: true }, inPod);
  const inActivator = await add({ name: "activator-sidecar", from: sidecar, adds: false }, activator);
  const direct = await gateway("gateway", inPod);
  const through = await gateway("gateway-to-activator", inActivator);
  const config = { static_resources: { listeners: hops.map(toListener), clusters: hops.map(toCluster) } };
  return { direct: direct.port, activator: through.port, config };
}
