/** Ports and files of a gateway on this machine. */
export interface GatewayOptions {
  port: number;
  /** The port whose HTTP is redirected. */
  httpPort: number;
  service: number;
  /** The service's public name. */
  host: string;
  /** Folder with tls.crt and tls.key. */
  tls: string;
}

const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
const at = (port: number) => ({ socket_address: { address: "127.0.0.1", port_value: port } });

/**
 * Envoy as Istio sets it up for our gateway, as far as a client can tell: TLS, HTTP/1 and 2, paths normalised with
 * MERGE_SLASHES (istio/values/istiod.yaml), no /metrics from outside (istio/chart).
 */
export function toEnvoyConfig({ port, httpPort, service, host, tls }: GatewayOptions): object {
  const path = (match: object) => ({ url_path: { path: match } });
  const metrics = {
    permissions: [{ or_rules: { rules: [path({ exact: "/metrics" }), path({ prefix: "/metrics/" })] } }],
    principals: [{ any: true }],
  };
  const route = { match: { prefix: "/" }, route: { cluster: "service", timeout: "0s" } };
  const domains = [host, `${host}:*`];
  const redirect = {
    "@type": type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
    stat_prefix: "redirect",
    route_config: { virtual_hosts: [{ name: "gists", domains, require_tls: "ALL", routes: [route] }] },
    http_filters: [{ name: "router", typed_config: { "@type": type("filters.http.router.v3.Router") } }],
  };
  const manager = {
    "@type": type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
    stat_prefix: "gateway",
    server_name: "istio-envoy",
    use_remote_address: true,
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: "KEEP_UNCHANGED",
    route_config: { virtual_hosts: [{ name: "gists", domains, routes: [route] }] },
    http_filters: [
      {
        name: "rbac",
        typed_config: {
          "@type": type("filters.http.rbac.v3.RBAC"),
          rules: { action: "DENY", policies: { metrics } },
        },
      },
      { name: "router", typed_config: { "@type": type("filters.http.router.v3.Router") } },
    ],
  };
  const certificate = {
    certificate_chain: { filename: `${tls}/tls.crt` },
    private_key: { filename: `${tls}/tls.key` },
  };
  const secure = {
    "@type": type("transport_sockets.tls.v3.DownstreamTlsContext"),
    common_tls_context: { alpn_protocols: ["h2", "http/1.1"], tls_certificates: [certificate] },
  };
  return {
    static_resources: {
      listeners: [
        {
          name: "http",
          address: at(httpPort),
          filter_chains: [{ filters: [{ name: "http", typed_config: redirect }] }],
        },
        {
          name: "https",
          address: at(port),
          filter_chains: [
            {
              transport_socket: { name: "tls", typed_config: secure },
              filters: [{ name: "http", typed_config: manager }],
            },
          ],
        },
      ],
      clusters: [
        {
          name: "service",
          type: "STATIC",
          load_assignment: {
            cluster_name: "service",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: at(service) } }] }],
          },
        },
      ],
    },
  };
}
