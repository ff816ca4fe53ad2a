/** Where the stand-in runs, outside the mesh: a pod there has no sidecar. */
export const outside = "edge-gists-e2e";
/** The namespace of a pod with a sidecar that has no access to the service. */
export const stranger = "edge-gists-e2e-mesh";
/** The stand-in's name in the cluster. */
export const standInHost = `github.${outside}.svc.cluster.local`;
/** Node in the service's image, which these pods use too: the nodes need no other image. */
export const nodePath = "/nodejs/bin/node";

/** The network policies let the egress gateway out to public addresses only; the stand-in has a private one. */
export const egressPolicy = { name: "e2e-stand-in", namespace: "istio-egress" };

const idle = [nodePath, "-e", "setInterval(() => {}, 1000)"];

const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: 65532,
  seccompProfile: { type: "RuntimeDefault" },
};

interface DeploymentOptions {
  namespace: string;
  name: string;
  image: string;
  pod: object;
  labels?: Record<string, string>;
  container: object;
}

function toDeployment({ namespace, name, image, pod, labels, container }: DeploymentOptions) {
  const matchLabels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels },
      template: {
        metadata: { labels: { ...matchLabels, ...labels } },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 2,
          ...pod,
          containers: [{ name, image, imagePullPolicy: "IfNotPresent", securityContext, ...container }],
        },
      },
    },
  };
}

/**
 * The stand-in as api.github.com, with a certificate of the cluster's own authority, a visitor outside the mesh, and a
 * stranger in it.
 * @param image the service's
 * @param program the stand-in in one file
 */
export function toManifest(image: string, program: string): object {
  const namespace = (name: string, injection: string) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "istio-injection": injection } },
  });
  const items = [
    namespace(outside, "disabled"),
    namespace(stranger, "enabled"),
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: { name: "github", namespace: outside },
      spec: {
        secretName: "github-tls",
        dnsNames: ["api.github.com"],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "edge-gists-ca" },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "github", namespace: outside },
      data: { "main.mjs": program },
    },
    toDeployment({
      namespace: outside,
      name: "github",
      image,
      pod: {
        volumes: [
          { name: "program", configMap: { name: "github" } },
          { name: "tls", secret: { secretName: "github-tls" } },
        ],
      },
      container: {
        command: [nodePath, "/program/main.mjs"],
        // The image sets the service's own.
        env: [
          { name: "HOST", value: "0.0.0.0" },
          { name: "PORT", value: "8081" },
          { name: "TLS_PORT", value: "8443" },
        ],
        ports: [{ containerPort: 8081 }, { containerPort: 8443 }],
        readinessProbe: { httpGet: { path: "/_standin/clock", port: 8081 }, periodSeconds: 2 },
        volumeMounts: [
          { name: "program", mountPath: "/program", readOnly: true },
          { name: "tls", mountPath: "/tls", readOnly: true },
        ],
      },
    }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "github",
        namespace: outside,
        // No sidecar knows it: out of the mesh it is reached as GitHub is, or not at all.
        annotations: { "networking.istio.io/exportTo": "~" },
      },
      spec: {
        selector: { app: "github" },
        ports: [
          { name: "https", port: 443, targetPort: 8443 },
          { name: "http", port: 8081, targetPort: 8081 },
        ],
      },
    },
    toDeployment({ namespace: outside, name: "visitor", image, pod: {}, container: { command: idle } }),
    toDeployment({
      namespace: stranger,
      name: "stranger",
      image,
      pod: {},
      labels: { "sidecar.istio.io/inject": "true" },
      container: { command: idle },
    }),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: egressPolicy,
      spec: {
        podSelector: { matchLabels: { istio: "egressgateway" } },
        policyTypes: ["Egress"],
        egress: [
          {
            to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": outside } } }],
            ports: [{ port: 8443, protocol: "TCP" }],
          },
        ],
      },
    },
  ];
  return { apiVersion: "v1", kind: "List", items };
}
