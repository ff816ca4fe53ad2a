import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { run } from "../support/run.ts";

const stub = join(import.meta.dirname, "stub");

/** Settings by which Terraform takes providers from a folder only. */
export function toSettings(folder: string, mirror: string): { TF_CLI_CONFIG_FILE: string } {
  const file = join(folder, "mirror.tfrc");
  const path = JSON.stringify(mirror);
  writeFileSync(file, `provider_installation {\n  filesystem_mirror {\n    path = ${path}\n  }\n}\n`);
  return { TF_CLI_CONFIG_FILE: file };
}

/** Source and version of each provider, as providers.tf pins them. */
function providers(configuration: string): { source: string; version: string }[] {
  const text = readFileSync(join(configuration, "providers.tf"), "utf8");
  return [...text.matchAll(/source\s+=\s+"([^"]+)"\s+version\s+=\s+"([^"]+)"/g)].map(([, source, version]) => ({
    source: source!,
    version: version!,
  }));
}

/**
 * A mirror of stand-ins: one program, in the place of each provider.
 * @throws Error if Go cannot build it
 */
export async function makeMirror(folder: string, configuration: string): Promise<string> {
  const program = join(folder, "stub");
  const env = { ...process.env, GOFLAGS: "-mod=readonly" };
  const { ok, text } = await run("go", ["build", "-o", program, "."], { cwd: stub, env });
  if (!ok) throw new Error(`the stand-ins cannot be built: ${text}`);
  const system = `${platform() === "win32" ? "windows" : platform()}_${arch() === "x64" ? "amd64" : arch()}`;
  const mirror = join(folder, "providers");
  for (const { source, version } of providers(configuration)) {
    const to = join(mirror, "registry.terraform.io", source, version, system);
    mkdirSync(to, { recursive: true });
    const name = join(to, `terraform-provider-${source.split("/")[1]}_v${version}`);
    copyFileSync(program, name);
    chmodSync(name, 0o755);
  }
  return mirror;
}

/** Writes the parts of the real providers' schemas that the stand-ins and Terraform read, of the types in terraform/. */
export async function record(configuration: string, env: Record<string, string>) {
  const files = readdirSync(configuration).filter((name) => name.endsWith(".tf"));
  const text = files.map((name) => readFileSync(join(configuration, name), "utf8")).join("\n");
  const used = new Set([...text.matchAll(/^(?:resource|data) "(\w+)"/gm)].map(([, type]) => type));
  const options = { cwd: configuration, env: { ...process.env, ...env } };
  const { stdout } = await run(process.env["TERRAFORM"] ?? "terraform", ["providers", "schema", "-json"], options);
  const { provider_schemas: schemas } = JSON.parse(stdout);
  const pick = (all = {}) => Object.fromEntries(Object.entries(all).filter(([type]) => used.has(type)));
  const kept = Object.entries<any>(schemas)
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
