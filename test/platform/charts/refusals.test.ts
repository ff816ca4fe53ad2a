import { expect, test } from "vitest";
import { render } from "../../../scripts/charts.mjs";
import { type Chart, mesh, serving, service } from "./own-charts.ts";

/** Bad values, each with the reason that Helm must give. */
const bad: [Chart, string, RegExp][] = [
  [service, "nosuch=1", /nosuch/],
  [service, "env.NO_SUCH=1", /NO_SUCH/],
  [service, "env.PORT=9000", /PORT/],
  [service, "env.REDIS_URL=redis://x", /REDIS_URL/],
  [service, "env.CACHE_TTL_SECONDS=60", /CACHE_TTL_SECONDS.*string/s],
  [service, "image.tag=latest", /image.tag/],
  [service, "redis.image.tag=latest", /redis.image.tag|redis\/image\/tag/],
  [service, "image.digest=sha256:12", /image.digest/],
  [service, "image.pullPolicy=Sometimes", /pullPolicy/],
  [service, "domain=localhost", /domain/],
  [service, "domain=UPPER.example.com", /domain/],
  [service, "host=a.b", /host/],
  [service, "telemetry.metricsPort=8012", /metricsPort/],
  [service, "telemetry.metricsPort=80", /metricsPort/],
  [service, "telemetry.otlpEndpoint=alloy:4318", /otlpEndpoint/],
  [service, "autoscaling.class=keda", /class/],
  [service, "autoscaling.minScale=-1", /minScale/],
  [service, "autoscaling.maxScale=0", /maxScale/],
  [service, "autoscaling.maxScale=2,autoscaling.minScale=3", /maxScale must not be below autoscaling.minScale/],
  [service, "autoscaling.maxScale=2,autoscaling.initialScale=3", /maxScale must not be below autoscaling.initialScale/],
  [service, "autoscaling.activationScale=1", /activationScale/],
  [service, "autoscaling.activationScale=9,autoscaling.maxScale=5", /activationScale must lie between/],
  [service, "autoscaling.window=1 minute", /window/],
  [service, "autoscaling.class=hpa,autoscaling.metric=cpu", /cannot scale to zero/],
  [service, "autoscaling.class=hpa,autoscaling.minScale=1", /needs autoscaling.metric cpu or memory/],
  [service, "autoscaling.metric=cpu", /needs autoscaling.metric concurrency or rps/],
  [service, "autoscaling.targetUtilization=101", /targetUtilization/],
  [service, "traffic[0].latestRevision=true,traffic[0].percent=99", /must add up to 100, not 99/],
  [service, "traffic[0].latestRevision=true,traffic[0].revisionName=edge-gists-1", /not both/],
  [service, "traffic[0].latestRevision=false", /needs latestRevision or revisionName/],
  [service, "traffic=null", /traffic/],
  [service, "timeoutSeconds=20", /must exceed SHUTDOWN_GRACE_MS/],
  [service, "responseStartTimeoutSeconds=31", /must not exceed timeoutSeconds/],
  [service, "redis.enabled=true,secrets.redisUrl=redis://x", /exclude each other/],
  [service, "secrets.redisUrl=http://x", /redisUrl/],
  [service, "secrets.redisUrl=redis+replicas://x", /redisUrl/],
  [service, "redis.enabled=true,externalRedis.tlsSecret=x", /externalRedis.tlsSecret and redis.enabled/],
  [service, "secrets.existing=a,secrets.githubToken=b", /secrets.existing excludes/],
  [service, "podDisruptionBudget.enabled=true", /needs autoscaling.minScale above minAvailable/],
  [service, "rbac.operatorRole=true", /needs rbac.subjects/],
  [service, "revisionSuffix=V2", /revisionSuffix/],
  [service, "redis.maxMemory=lots", /maxMemory/],
  [service, "resources.limits.memory=much", /memory/],
  [service, "certificate.issuerRef.kind=Vault", /kind/],
  [mesh, "nosuch=1", /nosuch/],
  [mesh, "mtls.mode=PERMISSIVE", /mode/],
  [mesh, "metrics.enabled=true", /needs metrics.jwks/],
  [mesh, "metrics.jwks=nokeys", /jwks/],
  [mesh, "faro.enabled=true,grafana.enabled=false", /faro.enabled needs grafana.enabled/],
  [mesh, "egress.hosts[0]=*", /hosts/],
  [mesh, "egress.hosts=null", /hosts|egress/],
  [mesh, "telemetry.samplingPercentage=101", /samplingPercentage/],
  [mesh, "grafana.backend.port=0", /port/],
  [mesh, "traffic.connectTimeout=5", /connectTimeout/],
  [serving, "nosuch=1", /nosuch/],
  [serving, "version=v1.23.0", /version/],
  [serving, "replicas=0", /replicas/],
  [serving, "registry.default=mirror.example.com/knative", /default/],
  [serving, "resources.nosuch.requests.cpu=1", /nosuch/],
  [serving, "telemetry.samplingRate=2", /samplingRate/],
];

for (const [chart, values, expected] of bad)
  test(`refused: ${chart.path} with ${values}`, () => {
    const { text, reason } = render(chart, "--set", values);
    expect(text, "it was accepted").toBeNull();
    expect(reason).toMatch(expected);
  });
