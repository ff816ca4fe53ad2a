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

/** The text of a folder's configuration. */
function readConfiguration(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith(".tf"));
  return files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

/** Source and version of each provider, as the configurations pin them. */
function providers(configurations: string[]): { source: string; version: string }[] {
  const text = configurations.map(readConfiguration).join("\n");
  return [...text.matchAll(/source\s+=\s+"([^"]+)"\s+version\s+=\s+"([^"]+)"/g)].map(([, source, version]) => ({
    source: source!,
    version: version!,
  }));
}

/**
 * A mirror of stand-ins: one program, in the place of each provider.
 * @throws Error if Go cannot build it
 */
export async function makeMirror(folder: string, configurations: string[]): Promise<string> {
  const program = join(folder, "stub");
  const env = { ...process.env, GOFLAGS: "-mod=readonly" };
  const { ok, text } = await run("go", ["build", "-o", program, "."], { cwd: stub, env });
  if (!ok) throw new Error(`the stand-ins cannot be built: ${text}`);
  const system = `${platform() === "win32" ? "windows" : platform()}_${arch() === "x64" ? "amd64" : arch()}`;
  const mirror = join(folder, "providers");
  for (const { source, version } of providers(configurations)) {
    const to = join(mirror, "registry.terraform.io", source, version, system);
    mkdirSync(to, { recursive: true });
    const name = join(to, `terraform-provider-${source.split("/")[1]}_v${version}`);
    copyFileSync(program, name);
    chmodSync(name, 0o755);
  }
  return mirror;
}

/** The parts of the real providers' schemas that the stand-ins and Terraform read, of the types in a configuration. */
async function readSchemas(program: string, configuration: string, env: Record<string, string>) {
  const blocks = readConfiguration(configuration).matchAll(/^(resource|data|ephemeral) "(\w+)"/gm);
  const used = new Set([...blocks].map(([, kind, type]) => `${kind} ${type}`));
  const options = { cwd: configuration, env: { ...process.env, ...env } };
  const { stdout } = await run(program, ["providers", "schema", "-json"], options);
  const { provider_schemas: schemas } = JSON.parse(stdout);
  const pick = (kind: string, all = {}) =>
    Object.fromEntries(Object.entries(all).filter(([type]) => used.has(`${kind} ${type}`)));
  return Object.entries<any>(schemas)
    .filter(([address]) => !address.startsWith("terraform.io/"))
    .map(([address, { provider, resource_schemas, data_source_schemas, ephemeral_resource_schemas }]) => [
      address,
      {
        provider,
        resource_schemas: pick("resource", resource_schemas),
        data_source_schemas: pick("data", data_source_schemas),
        ephemeral_resource_schemas: pick("ephemeral", ephemeral_resource_schemas),
      },
    ]);
}

/** Writes them to where the stand-ins are built. */
export async function record(program: string, configurations: string[], env: Record<string, string>) {
  const all = await Promise.all(configurations.map((folder) => readSchemas(program, folder, env)));
  const kept = all.flat().toSorted(([one = ""], [other = ""]) => (String(one) < String(other) ? -1 : 1));
  const words = new Set(["description", "description_kind", "deprecated", "deprecation_message"]);
  const isWord = (key, value) => words.has(key) && typeof value !== "object";
  const json = JSON.stringify(Object.fromEntries(kept), (key, value) => (isWord(key, value) ? undefined : value), 1);
  writeFileSync(join(stub, "schemas.json"), `${json}\n`);
}
