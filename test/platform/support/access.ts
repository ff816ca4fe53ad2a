import type { Document } from "./documents.ts";
import { ofKind } from "./documents.ts";

/** One end of a connection in the cluster, or outside of it. */
export interface Party {
  namespace: string;
  labels: Record<string, string>;
  /** Its identity in the mesh, `<namespace>/<service account>`; undefined without a sidecar. */
  identity?: string;
}

interface Asked {
  from: Party;
  to: Party;
  port: number;
  path?: string;
  sni?: string;
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator === "Exists") return key in labels;
      if (operator === "In") return values?.includes(labels[key] ?? "") ?? false;
      throw new Error(`${operator} is not known here`);
    })
  );
}

/** A rule of Istio's: every field that it has must match. */
function rules({ from, to, when }: Document, { from: caller, port, path, sni }: Asked): boolean {
  const isSource = ({ source: { principals, namespaces, ...rest } }: Document) => {
    if (Object.keys(rest).length > 0) throw new Error(`${Object.keys(rest)} are not known here`);
    const [namespace, account] = caller.identity?.split("/") ?? [];
    const principal = namespace && `cluster.local/ns/${namespace}/sa/${account}`;
    return (principals ?? [principal]).includes(principal) && (namespaces ?? [namespace]).includes(namespace);
  };
  const isOperation = ({ operation: { ports, paths, ...rest } }: Document) => {
    if (Object.keys(rest).length > 0) throw new Error(`${Object.keys(rest)} are not known here`);
    return (ports ?? [String(port)]).includes(String(port)) && (paths ?? [path]).includes(path);
  };
  const isSo = ({ key, values }: Document) => {
    if (key !== "connection.sni") throw new Error(`${key} is not known here`);
    return values.includes(sni);
  };
  return (
    (from === undefined || from.some(isSource)) &&
    (to === undefined || to.some(isOperation)) &&
    (when === undefined || when.every(isSo))
  );
}

/**
 * Whether Istio's policies let a call through, as far as ALLOW goes: with any policy for the workload, one must match
 * (https://istio.io/latest/docs/concepts/security/#implicit-enablement).
 */
export function isAllowed(documents: readonly Document[], asked: Asked): boolean {
  const all = ofKind(documents, "AuthorizationPolicy").filter(({ metadata, spec }) => {
    const isHere = metadata.namespace === "istio-system" || metadata.namespace === asked.to.namespace;
    // An empty spec has no action, which means ALLOW.
    return isHere && (spec.action ?? "ALLOW") === "ALLOW" && selects(spec.selector ?? {}, asked.to.labels);
  });
  return all.length === 0 || all.some(({ spec }) => (spec.rules ?? []).some((rule) => rules(rule, asked)));
}

function isPeer(peer: Document, { namespace, labels }: Party, home: string): boolean {
  if (peer.ipBlock) return namespace === "outside";
  if (namespace === "outside") return false;
  const isThere = peer.namespaceSelector
    ? selects(peer.namespaceSelector, { "kubernetes.io/metadata.name": namespace })
    : namespace === home;
  return isThere && selects(peer.podSelector ?? {}, labels);
}

function passes(documents: readonly Document[], side: "Ingress" | "Egress", { from, to, port }: Asked): boolean {
  const [pod, other] = side === "Ingress" ? [to, from] : [from, to];
  const mine = ofKind(documents, "NetworkPolicy").filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace && spec.policyTypes.includes(side) && selects(spec.podSelector, pod.labels),
  );
  const list = side === "Ingress" ? "ingress" : "egress";
  const ends = side === "Ingress" ? "from" : "to";
  return (
    mine.length === 0 ||
    mine.some(({ spec }) =>
      (spec[list] ?? []).some(
        (rule: Document) =>
          rule.ports.some((each: Document) => each.port === port && each.protocol === "TCP") &&
          (rule[ends] === undefined || rule[ends].some((peer: Document) => isPeer(peer, other, pod.namespace))),
      ),
    )
  );
}

/** Whether Kubernetes' network policies let a TCP connection through, at both ends. An address range is "outside". */
export function isConnected(documents: readonly Document[], asked: Asked): boolean {
  return passes(documents, "Egress", asked) && passes(documents, "Ingress", asked);
}
