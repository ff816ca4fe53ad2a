import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../../../harness/built.mjs";
import { type Ended, run } from "../support/run.ts";
import { imageSources } from "./image-sources.ts";
import { newestTerraform } from "./newest/program.mjs";
import { makeMirror, record, toSettings } from "./providers.ts";

declare module "vitest" {
  interface ProvidedContext {
    terraform: {
      /** Terraform itself. */
      program: string;
      /** A copy of each root configuration of terraform/, next to copies of the files that they read, by its name. */
      folders: Record<string, string>;
      env: Record<string, string>;
      /** How `terraform init` ended in each. */
      initialised: Record<string, Ended>;
      /** The providers are stand-ins. */
      isStub: boolean;
    };
  }
}

/** Root configurations. */
const roots = ["cluster", "platform"];

/**
 * vitest's globalSetup: `terraform init` in a copy of the repository, since Terraform writes beside its configuration. If no
 * registry of providers can be reached, stand-ins with recorded schemas take the place of the providers.
 */
export default async function setUp(project: TestProject) {
  const { NEWEST_TERRAFORM, PROVIDERS, RECORD_SCHEMAS, TERRAFORM = "terraform" } = process.env;
  const program = NEWEST_TERRAFORM ? newestTerraform() : TERRAFORM;
  const copy = mkdtempSync(join(tmpdir(), "edge-gists-terraform-"));
  for (const name of ["terraform", "istio", "knative", "observability", ...imageSources()])
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !path.endsWith("/.terraform") });
  const folders = Object.fromEntries(roots.map((name) => [name, join(copy, "terraform", name)]));
  const always = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const init = async (env: Record<string, string>, isOfficial = false) => {
    const ended: Record<string, Ended> = {};
    for (const [name, cwd] of Object.entries(folders)) {
      const lock = join(cwd, ".terraform.lock.hcl");
      // The checksums are those of the registry.
      if (!isOfficial) rmSync(lock, { force: true });
      const only = existsSync(lock) ? ["-lockfile=readonly"] : [];
      ended[name] = await run(program, ["init", "-input=false", ...only], { cwd, env: { ...process.env, ...env } });
    }
    return ended;
  };
  const isDone = () => Object.values(initialised).every(({ ok }) => ok);

  let env: Record<string, string> = { ...always, ...(PROVIDERS ? toSettings(copy, PROVIDERS) : {}) };
  let initialised = await init(env, !PROVIDERS);
  const isStub = !isDone() && !PROVIDERS && !RECORD_SCHEMAS;
  if (isStub) {
    console.log("No provider registry: the providers are stand-ins with the schemas of the real ones.");
    env = { ...always, ...toSettings(copy, await makeMirror(copy, Object.values(folders))) };
    initialised = await init(env);
  }
  if (RECORD_SCHEMAS && isDone()) await record(program, Object.values(folders), env);
  project.provide("terraform", { program, folders, env, initialised, isStub });
  return () => rmSync(copy, { recursive: true, force: true });
}
