import { beforeAll, describe, expect, inject, test } from "vitest";
import { parse, stringify } from "yaml";
import { dashboards } from "../../../observability/dashboards/all.ts";
import { ruleFiles } from "../../../scripts/observability.mjs";
import { rules } from "../../../scripts/observability/queries.mjs";
import { containersOf, type Document, only, toDocuments } from "../support/documents.ts";
import { kubeconform } from "../support/kubeconform.ts";
import { render } from "./chart.ts";

/** As the API server has it: it drops nulls, of which the upstream charts write some, and a schema would refuse. */
const withoutNulls = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_, inner: unknown) => (inner === null ? undefined : inner)));

describe.each(["small", "full"] as const)("%s:", (profile) => {
  let rendered: ReturnType<typeof render>;
  let documents: Document[];
  beforeAll(() => {
    rendered = render(profile);
    documents = toDocuments(rendered.stdout);
  });

  test("helm template", () => {
    expect(rendered.ok, rendered.stderr).toBe(true);
  });

  test("kubeconform", () => {
    const input = documents.map((document) => stringify(withoutNulls(document))).join("---\n");
    const verdicts = kubeconform(input, ...(inject("isWhole") ? ["-ignore-missing-schemas"] : []));
    expect(verdicts).not.toEqual([]);
    const wrong = verdicts.filter(({ status }) => status !== "statusValid" && status !== "statusSkipped");
    expect(wrong.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`)).toEqual([]);
  });

  test("rules and dashboards are all in it", () => {
    const inChart = Object.keys(only(documents, "ConfigMap", "mimir-rules").data).toSorted();
    expect(inChart).toEqual(ruleFiles.map((path) => path.split("/").at(-1)).toSorted());
    for (const { uid } of dashboards)
      expect(only(documents, "ConfigMap", `dashboard-${uid}`).data[`${uid}.json`], uid).toBeTruthy();
  });

  test("Mimir's configuration is YAML with the profile's limits", () => {
    const { limits } = parse(only(documents, "ConfigMap", "mimir").data["mimir.yaml"]);
    expect(limits.compactor_blocks_retention_period).toMatch(/^\d+d$/);
    expect(limits.max_global_series_per_user).toBeGreaterThan(0);
    expect(limits.max_global_exemplars_per_user).toBeGreaterThan(0);
  });

  test("nothing of ours runs as root, unbounded, or with what it need not", () => {
    const running = documents.filter(({ kind }) => /^(?:Deployment|StatefulSet|DaemonSet)$/.test(kind));
    for (const { kind, metadata, spec } of running) {
      const { securityContext = {}, containers } = spec.template.spec;
      for (const container of containers) {
        const name = `${kind} ${metadata.name}, ${container.name}`;
        const own = { ...securityContext, ...container.securityContext };
        expect(own.runAsNonRoot === true || own.runAsUser > 0, `${name} may run as root`).toBe(true);
        // Grafana's sidecars and Alloy's reloader hold a few megabytes and have no setting of their own here.
        if (!/sidecar|-sc-|reloader/.test(container.name))
          expect(container.resources?.limits?.memory, `${name} has no memory limit`).toBeTruthy();
      }
    }
  });

  // A restart loses what the store has not written: it is for a store that hangs, not for one that waits for a processor.
  test("a busy node does not make the kubelet kill a store", () => {
    for (const container of containersOf(documents)) {
      const { livenessProbe: probe, name, resources } = container;
      if (!probe) continue;
      const seconds = (probe.periodSeconds ?? 10) * (probe.failureThreshold ?? 3);
      expect(seconds, `${name} is killed after ${seconds} s without an answer`).toBeGreaterThanOrEqual(100);
      expect(probe.timeoutSeconds ?? 1, `${name} must answer within`).toBeGreaterThanOrEqual(5);
      expect(resources?.requests?.cpu, `${name} has no share of a busy processor`).toBeTruthy();
    }
  });

  // Without it, the heap grows to twice what lives before it is collected (https://go.dev/doc/gc-guide#Memory_limit).
  test.runIf(inject("isWhole"))("Tempo's heap is collected before it meets the container's limit", () => {
    const { env, resources } = containersOf(documents).find(({ name }) => name === "tempo")!;
    const megabytes = (text: string) => Number(/^(\d+)Mi/.exec(text)?.[1]);
    const limit = megabytes(env?.find(({ name }: { name: string }) => name === "GOMEMLIMIT")?.value ?? "");
    expect(limit).toBeGreaterThan(0);
    expect(limit).toBeLessThanOrEqual(0.8 * megabytes(resources.limits.memory));
  });

  test("an alert silences only what is of the same objective", () => {
    const { inhibit_rules: inhibitions } = parse(only(documents, "ConfigMap", "mimir").data["alertmanager.yaml"]);
    const severities = rules.filter(({ alert }) => alert).map(({ labels }) => labels.severity);
    for (const { source_matchers: from, target_matchers: to, equal } of inhibitions) {
      for (const matchers of [from, to])
        expect(severities, `no alert has ${matchers}`).toContain(matchers.join().match(/severity = "(\w+)"/)?.[1]);
      const inSource = equal.filter((label) => from.some((matcher) => matcher.startsWith(label)));
      expect(inSource, "the source may lack a label").toEqual(equal);
    }
  });

  test("alerts go to the configured receiver", () => {
    const receivers = [{ name: "team", webhook_configs: [{ url_file: "/etc/alertmanager-secrets/url" }] }];
    const told = ["--set-json", `alerts.receivers=${JSON.stringify(receivers)}`, "--set", "alerts.secret=alerting"];
    const { ok, stdout, stderr } = render(profile, ...told);
    expect(ok, stderr).toBe(true);
    expect(stdout).toMatch(/receiver: team/);
    expect(stdout).toMatch(/secretName: alerting/);
  });

  test("the watchdog goes to its own receiver, and to nobody by default", () => {
    const alertmanager = (...args: string[]) =>
      parse(only(toDocuments(render(profile, ...args).stdout), "ConfigMap", "mimir").data["alertmanager.yaml"]);
    const usual = alertmanager();
    expect(usual.route.routes).toEqual([expect.objectContaining({ matchers: ['alertname = "Watchdog"'] })]);
    const [{ receiver, group_interval, repeat_interval }] = usual.route.routes;
    expect(receiver).not.toBe(usual.route.receiver);
    // With two equal intervals, Alertmanager leaves out every other one now and then.
    expect(group_interval).toBe("1m");
    expect(repeat_interval).toMatch(/^[1-5]?\ds$/);
    expect(usual.receivers.find(({ name }: Document) => name === "watchdog")).toEqual({ name: "watchdog" });
    const told = alertmanager("--set", "alerts.watchdog.webhook_configs[0].url_file=/etc/alertmanager-secrets/beat");
    expect(told.receivers.find(({ name }: Document) => name === "watchdog").webhook_configs).toHaveLength(1);
  });

  test("runbooks are at the configured address", () => {
    const { stdout } = render(profile, "--set", "alerts.runbooks=https://wiki.example/runbooks");
    expect(stdout).toMatch(/runbook_url: https:\/\/wiki\.example\/runbooks#availability/);
    expect(stdout).not.toMatch(/runbook_url: docs/);
  });
});

test.each([
  ["global.domain=", /domain/],
  ["mimir.retention=week", /retention/],
  ["mimir.maxSeries=0", /maxSeries/],
  ["alerts.receivers=", /receivers/],
  ["unknown=1", /unknown/],
])("%s is refused", (bad, reason) => {
  const { ok, stderr } = render("small", "--set", bad);
  expect(ok).toBe(false);
  expect(stderr).toMatch(reason);
});
