import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../harness/built.mjs";
import { helm } from "./charts.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:terraform [-- --record]

Runs Terraform's own tools on terraform/: format, validation, tests with mocked providers; and
checks that versions.json agrees with the charts. Where no provider registry can be reached,
stand-ins with recorded schemas (test/terraform/stub) take the place of the providers.
PROVIDERS: a folder with the real ones, laid out as a filesystem mirror. TERRAFORM: the program.
Last line: N passed, N failed.
`;
const {
  values: { record: isRecording },
} = readOptions({
  usage,
  options: { record: { type: "boolean", default: false, description: "record the schemas of the real providers" } },
});

const stub = join(root, "test/terraform/stub");
const folder = mkdtempSync(join(tmpdir(), "edge-gists-terraform-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let passed = 0;
let failed = 0;

function check(name, problem) {
  if (problem) failed++;
  else passed++;
  console.log(`${problem ? "FAILED" : "ok"} ${name}${problem ? `\n${problem}` : ""}`);
}

// Terraform writes beside its configuration: into a copy.
for (const name of ["terraform", "istio", "knative", "observability", "functions", "scripts"])
  cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !path.includes("/.terraform") });
for (const name of readdirSync(root))
  if (/^(?:Dockerfile|\.dockerignore|\.npmrc|build\.mjs|package.*\.json|tsconfig.*\.json)$/.test(name))
    copyFileSync(join(root, name), join(folder, name));
const configuration = join(folder, "terraform");
const terraform = process.env.TERRAFORM ?? "terraform";

function run(env, ...args) {
  const options = { cwd: configuration, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 };
  const { status, stdout, stderr, error } = spawnSync(terraform, args, {
    ...options,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...env },
  });
  return { ok: status === 0, stdout, text: error?.message ?? `${stdout}${stderr}` };
}

/** Source and version of each provider, as providers.tf pins them. */
function providers() {
  const text = readFileSync(join(configuration, "providers.tf"), "utf8");
  return [...text.matchAll(/source\s+=\s+"([^"]+)"\s+version\s+=\s+"([^"]+)"/g)].map(([, source, version]) => ({
    source,
    version,
  }));
}

/** Settings by which Terraform takes providers from a folder only. */
function mirror(path) {
  const file = join(folder, "mirror.tfrc");
  writeFileSync(file, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(path)}\n  }\n}\n`);
  return { TF_CLI_CONFIG_FILE: file };
}

/** A mirror of stand-ins; undefined where Go cannot build them. */
function makeStubs() {
  const program = join(folder, "stub");
  const { status, stderr, error } = spawnSync("go", ["build", "-o", program, "."], {
    cwd: stub,
    encoding: "utf8",
    env: { ...process.env, GOFLAGS: "-mod=readonly" },
  });
  if (status !== 0) throw new Error(`the stand-ins cannot be built: ${error?.message ?? stderr}`);
  const system = `${platform() === "win32" ? "windows" : platform()}_${{ x64: "amd64", arm64: "arm64" }[arch()]}`;
  for (const { source, version } of providers()) {
    const to = join(folder, "providers/registry.terraform.io", source, version, system);
    mkdirSync(to, { recursive: true });
    const name = join(to, `terraform-provider-${source.split("/")[1]}_v${version}`);
    copyFileSync(program, name);
    chmodSync(name, 0o755);
  }
  return join(folder, "providers");
}

/** The parts of recorded schemas that the stand-ins and Terraform read, of the types that terraform/ uses. */
function record(env) {
  const text = readdirSync(configuration)
    .filter((name) => name.endsWith(".tf"))
    .map((name) => readFileSync(join(configuration, name), "utf8"))
    .join("\n");
  const used = new Set([...text.matchAll(/^(?:resource|data) "(\w+)"/gm)].map(([, type]) => type));
  const { provider_schemas: schemas } = JSON.parse(run(env, "providers", "schema", "-json").stdout);
  const pick = (all = {}) => Object.fromEntries(Object.entries(all).filter(([type]) => used.has(type)));
  const kept = Object.entries(schemas)
    .filter(([address]) => !address.startsWith("terraform.io/"))
    .map(([address, { provider, resource_schemas, data_source_schemas }]) => [
      address,
      { provider, resource_schemas: pick(resource_schemas), data_source_schemas: pick(data_source_schemas) },
    ]);
  const words = new Set(["description", "description_kind", "deprecated", "deprecation_message"]);
  const isWord = (key, value) => words.has(key) && typeof value !== "object";
  const json = JSON.stringify(Object.fromEntries(kept), (key, value) => (isWord(key, value) ? undefined : value), 1);
  writeFileSync(join(stub, "schemas.json"), `${json}\n`);
}

const version = run({}, "version");
if (!version.ok) {
  // No registry of packages has it, and `go install` refuses it for its module's replacements.
  const where = "https://developer.hashicorp.com/terraform/install, or its path in TERRAFORM";
  check("terraform is there", `${version.text}: ${where}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(1);
}
console.log(version.text.split("\n")[0]);

const formatted = run({}, "fmt", "-check", "-recursive");
check("terraform fmt", formatted.ok ? "" : formatted.text);

const given = process.env.PROVIDERS;
let env = given ? mirror(given) : {};
let initialised = run(env, "init", "-backend=false", "-input=false");
if (!initialised.ok && !given && !isRecording) {
  console.log("No provider registry: the providers are stand-ins with the schemas of the real ones.");
  env = mirror(makeStubs());
  initialised = run(env, "init", "-backend=false", "-input=false");
}
check("terraform init", initialised.ok ? "" : initialised.text);
if (initialised.ok) {
  if (isRecording) record(env);
  const { diagnostics } = JSON.parse(run(env, "validate", "-json").stdout);
  // A warning is a failure too: it is what the next release refuses.
  check(
    "terraform validate",
    diagnostics
      .map(({ summary, detail, range }) => `${range?.filename}:${range?.start.line} ${summary}: ${detail}`)
      .join("\n"),
  );
  const { text } = run(env, "test", "-no-color");
  console.log(text.trim());
  const [, good = 0, bad = 0] = /(\d+) passed, (\d+) failed/.exec(text) ?? [];
  passed += Number(good);
  failed += Number(bad) || (Number(good) > 0 ? 0 : 1);
}

// Each version in one place, or held equal.
const versions = JSON.parse(readFileSync(join(root, "terraform/versions.json"), "utf8"));
const yaml = (path) => parse(readFileSync(join(root, path), "utf8"));
const same = (name, a, b) => check(name, a === b ? "" : `${a} is not ${b}`);
same("Knative's version in knative/serving", yaml("knative/serving/values.yaml").version, versions.knative);
same("the operator's version", versions.charts["knative-operator"].version, `v${versions.knative}`);
same("Istio's registry in istio/values", yaml("istio/values/istiod.yaml").global.hub, versions.istio_hub);
for (const name of ["base", "gateway"])
  same(`Istio's version of ${name}`, versions.charts[name].version, versions.charts.istiod.version);

for (const [chart, ...args] of [["address-pool", "--set", "addresses=10.0.0.1-10.0.0.9"], ["certificate-authority"]]) {
  const { ok, stdout, stderr } = helm("lint", "--strict", join("terraform/charts", chart), ...args);
  check(`helm lint terraform/charts/${chart}`, ok ? "" : stdout + stderr);
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
