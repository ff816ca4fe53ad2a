import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { dashboards } from "../observability/dashboards/all.ts";
import { root } from "../harness/built.mjs";
import { helm } from "./charts.mjs";
import { check, sumUp } from "./checks.mjs";
import { generatedFiles, ruleFiles } from "./observability.mjs";
import {
  foreignMetrics,
  isOfProcess,
  metricsOf,
  ownMetrics,
  panels,
  recorded,
  rules,
  runbookQueries,
  unknownLabels,
  withVariables,
} from "./observability/queries.mjs";
import { schemaLocation } from "../test/platform/support/schemas.mjs";
import { tool } from "./tools.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:observability

Checks the observability stack without running it: the generated files; promtool's unit tests of
every rule, and that every alert has one in which it fires and one in which it does not; a runbook
for each alert; that each metric in a rule or a panel exists; the chart against the schemas of
Kubernetes. With the upstream charts in observability/chart/charts (helm dependency update
observability/chart) also both profiles whole. Last line: N passed, N failed.
`;
readOptions({ usage });

const folder = mkdtempSync(join(tmpdir(), "edge-gists-observability-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const read = (path) => readFileSync(join(root, path), "utf8");

function promtool(...args) {
  const { status, stdout, stderr, error } = spawnSync("promtool", args, { cwd: root, encoding: "utf8" });
  assert.equal(status, 0, error?.message ?? `${stdout}${stderr}`);
}

for (const { path, text } of generatedFiles())
  check(`${path} is what its source makes`, () => assert.equal(read(path), text, "run npm run dashboards"));

const alerts = rules.filter((rule) => rule.alert);
const testFiles = readdirSync(join(root, "observability/tests")).map((name) => `observability/tests/${name}`);
check("promtool check rules", () => promtool("check", "rules", "--lint=all", "--lint-fatal", ...ruleFiles));
for (const path of testFiles) check(`promtool test rules ${path}`, () => promtool("test", "rules", path));

const cases = testFiles.flatMap((path) => parse(read(path)).tests.flatMap((test) => test.alert_rule_test ?? []));
const headings = read("docs/runbooks.md").match(/^## .+$/gm) ?? [];
const anchors = new Set(
  headings.map((line) =>
    line
      .slice(3)
      .toLowerCase()
      .replaceAll(" ", "-")
      .replaceAll(/[^\w-]/g, ""),
  ),
);
for (const { alert, labels, annotations } of alerts) {
  const own = cases.filter(({ alertname }) => alertname === alert);
  check(`${alert} has a test in which it fires`, () => assert.ok(own.some(({ exp_alerts: all }) => all?.length > 0)));
  check(`${alert} has a test in which it rests`, () => assert.ok(own.some(({ exp_alerts: all }) => !all?.length)));
  check(`${alert} has a runbook`, () => {
    const [page, anchor] = annotations.runbook_url.split("#");
    assert.equal(page, "docs/runbooks.md");
    assert.ok(anchors.has(anchor), `no heading for #${anchor}`);
  });
  check(`${alert} has a severity that Alertmanager's routes know`, () =>
    assert.match(labels.severity, /^(?:critical|warning)$/),
  );
}

const known = new Set([...ownMetrics, ...foreignMetrics, ...recorded]);
const ofMimir = panels.flatMap(({ name, panel }) =>
  panel.targets.filter((target) => target.datasource.uid === "mimir").map((target) => ({ name, expr: target.expr })),
);
for (const { name, expr } of [
  ...ofMimir,
  ...rules.map((rule) => ({ name: rule.alert ?? rule.record, expr: rule.expr })),
  ...runbookQueries().filter(({ language }) => language === "PromQL"),
]) {
  check(`the labels of "${name}" exist`, () => assert.deepEqual(unknownLabels(expr), []));
  check(`the metrics of "${name}" exist`, () => {
    const names = metricsOf(expr);
    assert.notEqual(names.length, 0, `none found in ${expr}`);
    for (const metric of names) assert.ok(known.has(metric) || isOfProcess(metric), `${metric} is in no table`);
  });
}
check("what Alloy keeps by name has `up` in it, by which alerts know a scrape", () => {
  const kept = read("observability/chart/alloy/config.alloy").matchAll(
    /source_labels = \["__name__"\]\s+regex\s+= "(?<regex>.+)"\s+action\s+= "keep"/g,
  );
  const regexes = [...kept].map(({ groups }) => new RegExp(`^(?:${groups.regex})$`));
  assert.ok(regexes.length > 0 && regexes.every((regex) => regex.test("up")), regexes.join("\n"));
});
for (const page of ["docs/runbooks.md", "docs/observability.md"])
  check(`the panels that ${page} sends people to`, () => {
    const titles = new Set(panels.map(({ panel }) => panel.title));
    const named = read(page)
      .replaceAll(/\s+/g, " ")
      .matchAll(/"([A-Z][^"]{5,90}\?)"/g);
    for (const [, title] of named) assert.ok(titles.has(title), `no panel is called ${title}`);
  });

for (const { name, panel } of panels)
  check(`"${name}" is a question that says how to read its answer`, () => {
    assert.match(panel.title, /\?$/);
    assert.ok(panel.description.length > 10 && panel.fieldConfig.defaults.unit && panel.targets.length > 0);
  });
check("the panels' PromQL", () => {
  const asRules = ofMimir.map(({ expr }, index) => ({
    record: `panel:${index}`,
    expr: withVariables(expr),
  }));
  writeFileSync(join(folder, "panels.yaml"), JSON.stringify({ groups: [{ name: "panels", rules: asRules }] }));
  promtool("check", "rules", "--lint=none", join(folder, "panels.yaml"));
});

// The chart, with the upstream charts where they are at hand.
const source = join(root, "observability/chart");
const whole = existsSync(join(source, "charts"));
const chart = join(folder, "chart");
cpSync(source, chart, { recursive: true });
if (!whole) {
  const { dependencies, ...rest } = parse(read("observability/chart/Chart.yaml"));
  writeFileSync(join(chart, "Chart.yaml"), JSON.stringify(rest));
  console.log(
    `not rendered, for want of observability/chart/charts: ${dependencies.map(({ name }) => name).join(", ")}`,
  );
}

function render(profile, ...args) {
  const common = [
    "--namespace",
    "observability",
    "--include-crds",
    "--kube-version",
    "1.35.0",
    "-f",
    join(chart, `values-${profile}.yaml`),
  ];
  return helm("template", "observability", chart, ...common, ...args);
}

const withoutNulls = (value) => JSON.parse(JSON.stringify(value, (_, inner) => (inner === null ? undefined : inner)));

for (const profile of ["small", "full"]) {
  const { ok, stdout, stderr } = render(profile);
  check(`helm template, ${profile}`, () => assert.ok(ok, stderr));
  if (!ok) continue;
  const documents = parseAllDocuments(stdout)
    .map((document) => document.toJS())
    .filter(Boolean);
  const only = (kind, name) => documents.find((document) => document.kind === kind && document.metadata.name === name);
  check(`kubeconform, ${profile}`, () => {
    const args = ["-strict", "-summary", "-schema-location", schemaLocation(), "-"];
    if (whole) args.unshift("-ignore-missing-schemas");
    // The API server drops nulls, of which the upstream charts write some; a schema would not have them.
    const input = documents.map((document) => stringify(withoutNulls(document))).join("---\n");
    const answer = spawnSync(tool("kubeconform"), args, { input, encoding: "utf8", maxBuffer: 64 << 20 });
    assert.equal(answer.status, 0, answer.stdout + answer.stderr);
  });
  check(`${profile}: rules and dashboards are all in it`, () => {
    const inChart = Object.keys(only("ConfigMap", "mimir-rules").data).toSorted();
    assert.deepEqual(inChart, ruleFiles.map((path) => path.split("/").at(-1)).toSorted());
    for (const { uid } of dashboards) assert.ok(only("ConfigMap", `dashboard-${uid}`)?.data[`${uid}.json`], uid);
  });
  check(`${profile}: Mimir's configuration is YAML with the profile's limits`, () => {
    const mimir = parse(only("ConfigMap", "mimir").data["mimir.yaml"]);
    assert.match(mimir.limits.compactor_blocks_retention_period, /^\d+d$/);
    assert.ok(mimir.limits.max_global_series_per_user > 0 && mimir.limits.max_global_exemplars_per_user > 0);
  });
  check(`${profile}: nothing of ours runs as root, unbounded, or with what it need not`, () => {
    for (const { kind, metadata, spec } of documents.filter(({ kind }) =>
      /^(?:Deployment|StatefulSet|DaemonSet)$/.test(kind),
    )) {
      const { securityContext = {}, containers } = spec.template.spec;
      for (const container of containers) {
        const name = `${kind} ${metadata.name}, ${container.name}`;
        const own = { ...securityContext, ...container.securityContext };
        assert.ok(own.runAsNonRoot === true || own.runAsUser > 0, `${name} may run as root`);
        // Grafana's sidecars and Alloy's reloader hold a few megabytes and have no setting of their own here.
        if (!/sidecar|-sc-|reloader/.test(container.name))
          assert.ok(container.resources?.limits?.memory, `${name} has no memory limit`);
      }
    }
  });
  check(`${profile}: an alert silences only what is of the same objective`, () => {
    const { inhibit_rules: inhibitions } = parse(only("ConfigMap", "mimir").data["alertmanager.yaml"]);
    const severities = new Set(alerts.map(({ labels }) => labels.severity));
    for (const { source_matchers: from, target_matchers: to, equal } of inhibitions) {
      for (const matchers of [from, to])
        assert.ok(severities.has(matchers.join().match(/severity = "(\w+)"/)?.[1]), `no alert has ${matchers}`);
      assert.ok(
        equal.every((label) => from.some((matcher) => matcher.startsWith(label))),
        "the source may lack a label",
      );
    }
  });
  const receivers = JSON.stringify([
    { name: "team", webhook_configs: [{ url_file: "/etc/alertmanager-secrets/url" }] },
  ]);
  const swapped = render(profile, "--set-json", `alerts.receivers=${receivers}`, "--set", "alerts.secret=alerting");
  check(`${profile}: alerts go where they are told`, () => {
    assert.ok(swapped.ok, swapped.stderr);
    assert.match(swapped.stdout, /receiver: team/);
    assert.match(swapped.stdout, /secretName: alerting/);
  });
  check(`${profile}: runbooks are where they are told`, () => {
    const { stdout: text } = render(profile, "--set", "alerts.runbooks=https://wiki.example/runbooks");
    assert.match(text, /runbook_url: https:\/\/wiki\.example\/runbooks#availability/);
    assert.doesNotMatch(text, /runbook_url: docs/);
  });
}
for (const [bad, reason] of [
  ["global.domain=", /domain/],
  ["mimir.retention=week", /retention/],
  ["mimir.maxSeries=0", /maxSeries/],
  ["alerts.receivers=", /receivers/],
  ["unknown=1", /unknown/],
])
  check(`${bad} is refused`, () => {
    const { ok, stderr } = render("small", "--set", bad);
    assert.ok(!ok);
    assert.match(stderr, reason);
  });

if (whole) {
  check("Grafana knows where people open it", () => {
    const { stdout } = render("small", "--set", "global.domain=example.test");
    assert.match(stdout, /root_url = https:\/\/grafana\.example\.test\/\n/);
  });
  const { dependencies } = parse(read("observability/chart/Chart.yaml"));
  const values = parse(read("observability/chart/values.yaml"));
  const leaves = (value, path) =>
    value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
      : [path];
  // One of a list: any word that the chart does not know means the file system to it.
  const ofAList = { "loki.loki.storage.type": "s3" };
  const otherThan = (value) =>
    ({ boolean: !value, number: value + 1, string: `${value}x`, object: value === null ? 1 : [] })[typeof value];
  const { stdout: usual } = render("full");
  for (const { name } of dependencies)
    for (const path of leaves(values[name] ?? {}, [name])) {
      const changed = ofAList[path.join(".")] ?? otherThan(path.reduce((inner, key) => inner[key], values));
      const other = path.toReversed().reduce((inner, key) => ({ [key]: inner }), changed);
      writeFileSync(join(folder, "other.json"), JSON.stringify(other));
      check(`${path.join(".")} has its effect`, () => {
        const { ok, stdout } = render("full", "-f", join(folder, "other.json"));
        assert.ok(!ok || stdout !== usual, "the output is the same with another value");
      });
    }
}

sumUp();
