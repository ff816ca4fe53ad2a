import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../../functions/core/config/parser.ts";
import { nodeSettings } from "../../../functions/node/config.ts";
import { toClientIp } from "../../../functions/node/http/client-ip.ts";
import { createTrustedProxies } from "../../../functions/node/http/trusted-proxies.ts";
import { toMemoryNeed } from "../../../functions/node/memory.ts";
import { read } from "../support/files.ts";
import { containersOf, knativeService, ofKind, only } from "../support/documents.ts";
import { environments, service, serving } from "./own-charts.ts";
import { documentsOf, documentsOfVariant, documentedSettings } from "./rendered.ts";

/** The service in each environment, whatever the templates look like. */
describe.each(environments)("%s:", (environment) => {
  const documents = documentsOf(service, environment);
  const { template } = knativeService(documents)?.spec ?? {};
  const annotations = template?.metadata.annotations ?? {};
  const [container] = template?.spec.containers ?? [];
  const scale = (name: string) => Number(annotations[`autoscaling.knative.dev/${name}`]);

  test("containers are confined", () => {
    const containers = containersOf(documents);
    expect(containers.map(({ name }) => name)).toEqual(
      environment === "production" ? ["edge-gists"] : ["edge-gists", "redis"],
    );
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
    const limit = only(documentsOf(serving, environment), "KnativeServing").spec.config.autoscaler["max-scale-limit"];
    expect(scale("max-scale"), "Knative would refuse the revision").toBeLessThanOrEqual(Number(limit));
    // A pod without a hard limit refuses nothing that the activator could queue.
    expect([template.spec.containerConcurrency, scale("target-burst-capacity")]).toEqual([0, 0]);
    expect(annotations["autoscaling.knative.dev/metric"]).toBe("rps");
    const seconds = (name: string) => Number.parseInt(annotations[`autoscaling.knative.dev/${name}`], 10);
    expect((seconds("window") * scale("panic-window-percentage")) / 100, "a burst is seen within seconds").toBe(6);
  });

  test("ports and probes", () => {
    expect(container.ports).toEqual([{ name: "http1", containerPort: 8080, protocol: "TCP" }]);
    expect(container.readinessProbe.periodSeconds).toBe(1);
    expect(container.readinessProbe.httpGet.path).toBe("/health/ready");
    expect(container.livenessProbe.httpGet.path).toBe("/health");
    expect(annotations["traffic.sidecar.istio.io/excludeInboundPorts"]).toBe("9464");
    expect(annotations["prometheus.io/port"]).toBe("9464");
    expect(template.metadata.labels["sidecar.istio.io/inject"]).toBe("true");
    // Istio sends the preStop hook through its proxy, which must be there after the service has got its signal.
    expect(annotations["sidecar.istio.io/nativeSidecar"]).toBe("true");
  });

  test("the injector has the templates that its pods ask for", () => {
    const { sidecarInjectorWebhook } = parse(read("istio/values/istiod.yaml"));
    const asked = annotations["inject.istio.io/templates"]?.split(",") ?? ["sidecar"];
    const known = ["sidecar", ...Object.keys(sidecarInjectorWebhook.templates)];
    expect(asked[0]).toBe("sidecar");
    expect(known).toEqual(expect.arrayContaining(asked));
    // A template of Istio's that is experimental is for Kind.
    expect(asked.length).toBe(environment === "kind" ? 2 : 1);
  });

  // The gateway adds its peer to X-Forwarded-For. So do Knative's activator and queue-proxy (Go's ReverseProxy), whose peer
  // is Istio's proxy in their own pod. `npm run check gateway` sends requests through such proxies.
  test.each([
    ["a client of a pod", "127.0.0.1", "192.0.2.1, 127.0.0.6", "192.0.2.1"],
    ["a client of the activator", "127.0.0.1", "192.0.2.1, 127.0.0.6, 127.0.0.6", "192.0.2.1"],
    ["a client that forges one", "127.0.0.1", "198.51.100.1, 127.0.0.6, 192.0.2.1, 127.0.0.6", "192.0.2.1"],
    ["a client in the cluster", "::ffff:127.0.0.1", "10.244.0.7, 127.0.0.6", "10.244.0.7"],
    ["a client over IPv6", "::1", "2001:db8:1:2::3, ::6, ::6", "2001:db8:1:2"],
  ])("the address of %s is what the gateway saw", (_what, remoteAddress, forwarded, client) => {
    const { value } = container.env.find(({ name }) => name === "TRUSTED_PROXIES");
    const request = { socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } };
    expect(toClientIp(request as unknown as IncomingMessage, createTrustedProxies(value.split(",")))).toBe(client);
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
    expect(template.spec.containers).toHaveLength(1);
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
    if (environment === "production")
      expect(container.resources.requests.memory).toBe(container.resources.limits.memory);
    // A value is used only if it comes before the one that names it.
    const names = container.env.map(({ name }) => name);
    if (names.includes("REDIS_PASSWORD"))
      expect(names.indexOf("REDIS_PASSWORD")).toBeLessThan(names.indexOf("REDIS_URL"));
  });
});

test("production does not start without a shared cache, and does not take a single pod for one", () => {
  const documents = documentsOf(service, "production");
  const [container] = knativeService(documents).spec.template.spec.containers;
  const { secretKeyRef } = container.env.find(({ name }) => name === "REDIS_URL").valueFrom;
  expect(secretKeyRef).toMatchObject({ key: "REDIS_URL", optional: false });
  expect(ofKind(documents, "Deployment")).toEqual([]);
});

test("a Secret of another revision makes another revision of the service", () => {
  const annotations = (documents: ReturnType<typeof documentsOf>) =>
    knativeService(documents)?.spec.template.metadata.annotations;
  expect(annotations(documentsOf(service, "staging"))).not.toHaveProperty("edge-gists/secret-revision");
  expect(annotations(documentsOfVariant("secret-revision"))).toMatchObject({ "edge-gists/secret-revision": "7" });
});
