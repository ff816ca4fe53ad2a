import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../functions/core/config/parser.ts";
import { nodeSettings } from "../../../functions/node/config.ts";
import { toMemoryNeed } from "../../../functions/node/memory.ts";
import { containersOf, knativeService, ofKind, only } from "../support/documents.ts";
import { environments, service } from "./own-charts.ts";
import { documentsOf, documentedSettings } from "./rendered.ts";

/** The service in each environment, whatever the templates look like. */
describe.each(environments)("%s:", (environment) => {
  const documents = documentsOf(service, environment);
  const { template } = knativeService(documents)?.spec ?? {};
  const annotations = template?.metadata.annotations ?? {};
  const [container] = template?.spec.containers ?? [];
  const scale = (name: string) => Number(annotations[`autoscaling.knative.dev/${name}`]);

  test("containers are confined", () => {
    const containers = containersOf(documents);
    expect(containers.length).toBeGreaterThanOrEqual(2);
    for (const { name, securityContext, image, resources } of containers) {
      const { runAsUser, runAsGroup, ...rest } = securityContext;
      expect(rest, name).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
      expect(runAsUser).toBeGreaterThan(0);
      expect(runAsGroup).toBeGreaterThan(0);
      expect(image).toMatch(/(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/);
      expect(resources.requests.cpu).toBeTruthy();
      expect(resources.requests.memory).toBeTruthy();
      expect(resources.limits.memory).toBeTruthy();
    }
  });

  test("pods have no service account token and no rights", () => {
    for (const account of ofKind(documents, "ServiceAccount")) expect(account.automountServiceAccountToken).toBe(false);
    for (const document of documents) {
      const pod = document.spec?.template?.spec;
      if (pod?.containers) expect(pod.automountServiceAccountToken, document.metadata.name).toBe(false);
    }
    for (const role of ofKind(documents, "Role")) {
      for (const { verbs } of role.rules) expect(verbs).toEqual(["get", "list", "watch"]);
    }
    for (const { subjects } of ofKind(documents, "RoleBinding")) {
      expect(subjects.every(({ kind }) => kind !== "ServiceAccount")).toBeTruthy();
    }
    expect(ofKind(documents, "ClusterRole")).toEqual([]);
  });

  test("scale", () => {
    expect(environment === "production" ? scale("min-scale") >= 3 : scale("min-scale") === 0).toBeTruthy();
    expect(scale("max-scale")).toBeGreaterThanOrEqual(Math.max(1, scale("min-scale")));
    expect(annotations["autoscaling.knative.dev/class"]).toBe("kpa.autoscaling.knative.dev");
    const budgets = ofKind(documents, "PodDisruptionBudget");
    expect(budgets.length).toBe(environment === "production" ? 1 : 0);
    for (const { spec } of budgets) expect(spec.minAvailable).toBeLessThan(scale("min-scale"));
  });

  test("ports and probes", () => {
    expect(container.ports).toEqual([{ name: "http1", containerPort: 8080, protocol: "TCP" }]);
    expect(container.readinessProbe.periodSeconds).toBe(1);
    expect(container.readinessProbe.httpGet.path).toBe("/health/ready");
    expect(container.livenessProbe.httpGet.path).toBe("/health");
    expect(annotations["traffic.sidecar.istio.io/excludeInboundPorts"]).toBe("9464");
    expect(annotations["prometheus.io/port"]).toBe("9464");
    expect(template.metadata.labels["sidecar.istio.io/inject"]).toBe("true");
  });

  test("the program accepts its environment", () => {
    const secrets = {
      GITHUB_TOKEN: "t",
      PURGE_TOKEN: "p".repeat(32),
      REDIS_URL: "redis://x:6379",
      REDIS_PASSWORD: "p",
    };
    const env = Object.fromEntries(
      container.env.map(({ name, value }) => [name, value?.replace("$(REDIS_PASSWORD)", "p") ?? secrets[name]]),
    );
    const twice = container.env.map(({ name }) => name).filter((name, at, names) => names.indexOf(name) !== at);
    expect(twice).toEqual([]);
    for (const name of Object.keys(env)) {
      if (name !== "REDIS_PASSWORD") expect(documentedSettings(), `${name} is not in docs/settings.md`).toContain(name);
    }
    delete env.REDIS_PASSWORD;
    const parsed = parseConfig(nodeSettings, env);
    expect(parsed.METRICS_PORT).toBe(9464);
    expect(parsed.PUBLIC_URL?.replace(/\/$/, "")).toBe(`https://${only(documents, "DomainMapping").metadata.name}`);
    expect(parsed.SHUTDOWN_GRACE_MS).toBeLessThan(template.spec.timeoutSeconds * 1000);
    // queue-proxy keeps an idle connection for 90 s, as Go's http.DefaultTransport does.
    expect(parsed.KEEP_ALIVE_TIMEOUT_MS).toBeGreaterThan(90_000);
    expect(parsed.UPSTREAM_TIMEOUT_MS).toBeLessThan(template.spec.responseStartTimeoutSeconds * 1000);
    // The least multiple of 64 MiB in which these settings fit.
    const step = 64 * 1024 ** 2;
    const limit = /^(\d+)Mi$/.exec(container.resources.limits.memory)?.[1];
    expect(Number(limit) * 1024 ** 2, "the memory limit").toBe(Math.ceil(toMemoryNeed(parsed) / step) * step);
    // A value is used only if it comes before the one that names it.
    const names = container.env.map(({ name }) => name);
    if (names.includes("REDIS_PASSWORD"))
      expect(names.indexOf("REDIS_PASSWORD")).toBeLessThan(names.indexOf("REDIS_URL"));
  });
});
