import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../harness/child.ts";
import { toText } from "./command.ts";
import { queries, toGather, toQueryUrl } from "./gather.ts";
import { toSettings } from "./settings.ts";
import { toRequests } from "./stages/canary.ts";
import { toGitHubHosts } from "./stages/stand-in.ts";
import { stages } from "./stages.ts";

const ours = toSettings({ context: undefined }, {});
const theirs = toSettings({ context: "mine" }, {});

test("each stage has a name of its own, and the cluster goes last", () => {
  const names = stages.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(stages.filter(({ kind }) => kind === "end").map(({ name }) => name)).toEqual([names.at(-1)]);
});

test.each([
  ["made here", ours, ["docker", "kind", "kubectl", "node", "npx", "terraform"]],
  ["that is there", theirs, ["kubectl", "node", "npx", "terraform"]],
])("a cluster %s needs no other programs", (_what, settings, programs) => {
  const used = stages.flatMap(({ commands }) => Object.values(commands(settings)).map(({ command }) => command[0]));
  expect([...new Set(used)].toSorted()).toEqual(programs);
});

test("every kubectl names the cluster, so that none uses the user's current context", () => {
  const commands = stages.flatMap(({ commands }) => Object.values(commands(ours)));
  for (const { command } of [...commands, ...Object.values(toGather(ours))]) {
    if (command[0] !== "kubectl" || command[1] === "version") continue;
    expect(command).toContain("--context=kind-edge-gists-e2e");
    expect(command).toContain(`--kubeconfig=${ours.kubeconfig}`);
  }
});

test("variables are those that Terraform has, and secrets are on no command line", () => {
  const files = ["cluster", "platform"].map((name) => `${root}terraform/${name}/variables.tf`);
  const text = files.map((name) => readFileSync(name, "utf8")).join("\n");
  for (const settings of [ours, theirs]) {
    for (const name of Object.keys(settings.variables)) expect(text).toContain(`variable "${name}"`);
    for (const { commands } of stages)
      for (const command of Object.values(commands(settings))) expect(toText(command, true)).not.toContain("good-e2e");
  }
});

test("the egress gateway's figures of GitHub, and of nothing else", () => {
  const said = [
    "outbound|443||api.github.com::observability_name::outbound|443||api.github.com;",
    "outbound|443||api.github.com::10.96.4.2:443::cx_active::1",
    "outbound|443||api.github.com::10.96.4.2:443::cx_total::12",
    "outbound|443||other.example::10.96.4.3:443::cx_total::5",
    "outbound|443||api.github.com::10.96.4.9:443::cx_total::3",
  ].join("\n");
  expect([...toGitHubHosts(said, "cx_total")]).toEqual([
    ["10.96.4.2", 12],
    ["10.96.4.9", 3],
  ]);
});

test("a pod's requests are counted without the probes", () => {
  const metrics = [
    "# HELP http_requests_total Requests.",
    'http_requests_total{method="GET",route="/{username}",status="200"} 40',
    'http_requests_total{method="GET",route="/gists/public",status="200"} 2',
    'http_requests_total{method="GET",route="/health/ready",status="200"} 900',
    'http_request_duration_seconds_count{route="/{username}"} 42',
  ].join("\n");
  expect(toRequests(metrics)).toBe(42);
});

test("a query asks for the last hour", () => {
  const url = new URL(toQueryUrl("http://127.0.0.1:9", 'sum(up{job="a"})', 3_600_000));
  expect(url.pathname).toBe("/prometheus/api/v1/query_range");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    query: 'sum(up{job="a"})',
    start: "0",
    end: "3600",
    step: "15",
  });
});

test("the gathered figures of Knative have its names", () => {
  const recorded = readFileSync(`${root}test/platform/observability/recorded/knative-1.23.0.prom`, "utf8");
  const names = Object.values(queries).flatMap((query) => query.match(/\b(?:kn|autoscaler|activator)_\w+/g) ?? []);
  const metrics = names.filter((name) => name !== "kn_revision_name");
  expect(metrics).not.toEqual([]);
  for (const name of metrics) expect(recorded).toContain(`\n${name}{`);
  expect(recorded).toContain("kn_revision_name=");
});
