/** Where the version of each upstream component is written; nothing is read or written here. */

/** A Knative release 1.N has Go modules 0.(N + 27): 1.23.0 is v0.50.0 (https://github.com/knative/release). */
const toKnativeModule = (version) => version.replace(/^1\.(\d+)/, (_all, minor) => `v0.${Number(minor) + 27}`);

/** A dot of a name in a regular expression. */
const literal = (text) => text.replaceAll(".", String.raw`\.`);

const versionsFile = "terraform/versions.json";

/**
 * @typedef {object} Edit
 * @property {string} path
 * @property {RegExp} pattern of a whole line's part: before the version, the version, after it
 * @property {string} to
 */

/** Charts of versions.json. */
const toCharts = (names, to) => [
  {
    path: versionsFile,
    pattern: new RegExp(String.raw`^(\s+"${names}": \{ "repository": "[^"]+", "version": ")([^"]+)(")`, "gm"),
    to,
  },
];

/** An image of versions.json, under its name in a mirror and under its own. */
const toImages = (names, to) => [
  { path: versionsFile, pattern: new RegExp(String.raw`^(\s+"${names}:)([^"]+)(": ")`, "gm"), to },
  { path: versionsFile, pattern: new RegExp(String.raw`^(\s+"${names}:[^"]+": "[^"]+:)([^":]+)(")`, "gm"), to },
];

/** A Go module whose resource definitions manifests are checked against. */
const toSchemas = (module, to) => ({
  path: "test/platform/support/schemas.json",
  pattern: new RegExp(String.raw`("module": "${literal(module)}",\s+"version": ")([^"]+)(")`, "g"),
  to,
});

/** An image of the stack without a cluster. */
const toCompose = (name, to) => ({
  path: "observability/compose.yaml",
  pattern: new RegExp(String.raw`^( +image: docker\.io/${name}:)(\S+)()$`, "gm"),
  to,
});

const toAppVersion = (chart, to) => ({ path: `${chart}/Chart.yaml`, pattern: /^(appVersion: ")([^"]+)(")$/gm, to });

/** A part of the observability chart: its version, and the tag of its image. */
const toPart = (chart, image, isLocal = false) => ({
  pattern: /^\d+\.\d+\.\d+$/,
  edits: (version, tag) => [
    {
      path: "observability/chart/Chart.yaml",
      pattern: new RegExp(String.raw`^(  - name: ${chart}\n    version: )(\S+)(\n)`, "gm"),
      to: version,
    },
    ...(tag ? [...toImages(image, tag), ...(isLocal ? [toCompose(image, tag)] : [])] : []),
  ],
});

/**
 * @typedef {object} Component
 * @property {RegExp} pattern of its versions
 * @property {(version: string, tag?: string) => Edit[]} edits the first of them has the version that is installed
 * @property {string} [note] for an upgrade
 */

const isRelease = /^\d+\.\d+\.\d+$/;
const isTagged = /^v\d+\.\d+\.\d+$/;

/** @type {Record<string, Component>} */
export const components = {
  istio: {
    pattern: isRelease,
    edits: (version) => [
      ...toCharts("(?:base|istiod|gateway|cni)", version),
      ...toImages(String.raw`istio/[\w-]+`, version),
      toAppVersion("istio/chart", version),
      toSchemas("istio.io/api", `v${version}`),
    ],
    note: "Istio: one minor release at a time. Sidecars keep the old version until their pods start again.",
  },
  knative: {
    pattern: isRelease,
    edits: (version) => [
      { path: versionsFile, pattern: /^(\s+"knative": ")([^"]+)(")/gm, to: version },
      ...toCharts("knative-operator", `v${version}`),
      ...toImages(String.raw`knative/[\w-]+`, `v${version}`),
      { path: "knative/serving/values.yaml", pattern: /^(version: )(\S+)()$/gm, to: version },
      { path: "knative/serving/values.yaml", pattern: /^( +# .*\$\{NAME\}:)(v[\d.]+\d)(\. )/gm, to: `v${version}` },
      toAppVersion("knative/serving", version),
      toSchemas("knative.dev/serving", toKnativeModule(version)),
      toSchemas("knative.dev/operator", toKnativeModule(version)),
    ],
    note: "Knative: one minor release at a time. Its operator migrates what is stored.",
  },
  "cert-manager": {
    pattern: isTagged,
    edits: (version) => [
      ...toCharts("cert-manager", version),
      ...toImages(String.raw`jetstack/[\w-]+`, version),
      toSchemas("github.com/cert-manager/cert-manager", version),
    ],
  },
  metallb: {
    pattern: isRelease,
    edits: (version) => [
      ...toCharts("metallb", version),
      ...toImages(String.raw`metallb/[\w-]+`, `v${version}`),
      toSchemas("go.universe.tf/metallb", `v${version}`),
    ],
  },
  valkey: {
    pattern: /^\d+\.\d+\.\d+-alpine$/,
    edits: (version) => [
      ...toImages("valkey/valkey", version),
      toCompose("valkey/valkey", version),
      { path: "knative/chart/values.yaml", pattern: /^( +tag: )(\S+-alpine)()$/gm, to: version },
    ],
  },
  mimir: {
    pattern: isRelease,
    edits: (version) => [
      ...toImages("grafana/mimir", version),
      toCompose("grafana/mimir", version),
      {
        path: "observability/chart/values.yaml",
        pattern: /^( +image: docker\.io\/grafana\/mimir:)(\S+)()$/gm,
        to: version,
      },
    ],
  },
  loki: toPart("loki", "grafana/loki", true),
  tempo: toPart("tempo", "grafana/tempo", true),
  grafana: toPart("grafana", "grafana/grafana", true),
  alloy: toPart("alloy", "grafana/alloy", true),
  "kube-state-metrics": toPart("kube-state-metrics", "kube-state-metrics/kube-state-metrics"),
  "prometheus-node-exporter": toPart("prometheus-node-exporter", "prometheus/node-exporter"),
};

/** The version of a component that is installed. */
export function readVersion(name, read) {
  const [{ path, pattern }] = components[name].edits("");
  return new RegExp(pattern.source, pattern.flags).exec(read(path))?.[2];
}

/**
 * The files of a component with another version.
 * @param {(path: string) => string} read
 * @returns {Map<string, string>} content by path
 * @throws {Error} if the version has another form, a tag has no place, or a file has no place for it
 */
export function toFiles(name, version, tag, read) {
  const { pattern, edits } = components[name];
  if (!pattern.test(version))
    throw new Error(`${name}: a version such as ${readVersion(name, read)}, not "${version}"`);
  if (tag && edits(version, tag).length === edits(version).length)
    throw new Error(`${name}: the tag of its images is its version, so that --image has no place`);
  const files = new Map();
  for (const { path, pattern: at, to } of edits(version, tag)) {
    const text = files.get(path) ?? read(path);
    if (text.search(at) < 0) throw new Error(`${path}: no place for the version of ${name} (${at.source})`);
    files.set(
      path,
      text.replace(at, (_all, before, _old, after) => before + to + after),
    );
  }
  return files;
}
