import { type Chart, mesh, service, serving } from "./own-charts.ts";

/** A chart with values that no environment has. */
export interface Variant {
  chart: Chart;
  name: string;
  /** Arguments of Helm. */
  args: string[];
}

function toFlag(value: string): string[] {
  return value.startsWith("json:") ? ["--set-json", value.slice(5)] : ["--set", value];
}

export const variants: Variant[] = [
  {
    chart: service,
    name: "HPA on CPU",
    args: ["autoscaling.class=hpa", "autoscaling.metric=cpu", "autoscaling.target=80", "autoscaling.minScale=2"],
  },
  {
    chart: service,
    name: "canary",
    args: [
      "revisionSuffix=v2",
      "traffic[0].revisionName=edge-gists-v1",
      "traffic[0].latestRevision=false",
      "traffic[0].percent=90",
      "traffic[1].latestRevision=true",
      "traffic[1].percent=10",
      "traffic[1].tag=canary",
    ],
  },
  {
    chart: service,
    name: "secret-revision",
    args: ["secrets.existing=mine", 'json:secrets.revision="7"'],
  },
  {
    chart: service,
    name: "own secret, digest, direct egress",
    args: [
      "secrets.githubToken=t",
      "secrets.redisUrl=rediss+sentinel://one.example.com:26379\\,two.example.com/cache",
      "externalRedis.tlsSecret=redis-tls",
      "env.REDIS_READ_FROM=replica",
      "networkPolicy.redisSentinelPort=26379",
      "githubTokens.secretName=tokens",
      "githubApp.id=Iv23li",
      `json:githubApp.installationIds=["12345678"]`,
      "githubApp.secretName=app",
      "trustedCa.secretName=ca",
      "redis.enabled=false",
      "image.pullSecrets[0]=registry",
      `image.digest=sha256:${"0".repeat(64)}`,
      "networkPolicy.githubDirect=true",
      "networkPolicy.redisCidr=10.0.0.0/8",
      "namespace.create=true",
      "visibility=public",
    ],
  },
  {
    chart: mesh,
    name: "everything on",
    args: [
      "faro.enabled=true",
      "metrics.enabled=true",
      String.raw`json:metrics.jwks="{\"keys\":[]}"`,
      "rateLimit.enabled=true",
    ],
  },
  { chart: mesh, name: "the collector alone is public", args: ["faro.enabled=true", "grafana.public=false"] },
  { chart: mesh, name: "another port", args: ["faro.enabled=true", "service.httpsPort=8443"] },
  { chart: mesh, name: "another namespace", args: ["service.extraNamespaces[0]=friends"] },
  { chart: service, name: "another namespace's pods", args: ["networkPolicy.extraNamespaces[0]=friends"] },
  {
    chart: mesh,
    name: "a known API server and registry",
    args: ["networkPolicy.apiServer.cidrs[0]=10.0.0.1/32", "egress.imageRegistries[0]=registry.example.com"],
  },
  {
    chart: serving,
    name: "mirror and TLS by itself",
    args: [
      "registry.default=mirror.example.com/${NAME}:v1",
      "registry.override.activator=mirror.example.com/activator:v1",
      "registry.imagePullSecrets[0]=mirror",
      "externalDomainTls=true",
    ],
  },
].map((variant) => ({ ...variant, args: variant.args.flatMap(toFlag) }));
