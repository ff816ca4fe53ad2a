import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { root } from "../../harness/built.mjs";
import { charts, environments, render, valuesOf } from "../charts.mjs";
import { check } from "../checks.mjs";
import { schemaLocation } from "../schemas.mjs";
import { tool } from "../tools.mjs";

export const [mesh, serving, service] = charts;
export const read = (path) => readFileSync(join(root, path), "utf8");
export const toDocuments = (text) =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter(Boolean);

export function renderedText(chart, ...args) {
  const { text, reason } = render(chart, ...args);
  assert.ok(text !== null, reason);
  return text;
}

export const rendered = (...args) => toDocuments(renderedText(...args));

export function kubeconform(text) {
  const { stdout, stderr } = spawnSync(
    tool("kubeconform"),
    ["-strict", "-output", "json", "-verbose", "-schema-location", schemaLocation(), "-"],
    { input: text, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout).resources;
}

export const ofKind = (documents, kind, name) =>
  documents.filter((document) => document.kind === kind && (!name || document.metadata.name === name));
export function only(documents, kind, name) {
  const found = ofKind(documents, kind, name);
  assert.equal(found.length, 1, `${found.length} of ${kind} ${name ?? ""}`);
  return found[0];
}
export const knativeService = (documents) =>
  documents.find((document) => document.kind === "Service" && document.apiVersion === "serving.knative.dev/v1");

/** Every container of a chart's output. */
export const containersOf = (documents) =>
  documents.flatMap((document) => document.spec?.template?.spec?.containers ?? []);

export const output = Object.fromEntries(
  environments.map((environment) => [
    environment,
    Object.fromEntries(
      charts.map((chart) => {
        try {
          return [chart.name, rendered(chart, ...valuesOf(chart, environment))];
        } catch (error) {
          check(`${chart.path} renders for ${environment}`, () => assert.fail(error));
          return [chart.name, []];
        }
      }),
    ),
  ]),
);
const toFlag = (value) => (value.startsWith("json:") ? ["--set-json", value.slice(5)] : ["--set", value]);
/** What the environments' values do not show. */
export const variants = [
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
    name: "own secret, digest, direct egress",
    args: [
      "secrets.githubToken=t",
      "secrets.redisUrl=rediss://example.com:6380",
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

/** The names in docs/settings.md. */
export const documentedSettings = () =>
  [...read("docs/settings.md").matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\|/gm)].map(([, name]) => name);
