import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../../../harness/built.mjs";
import { type Ended, run } from "../support/run.ts";
import { imageSources } from "./image-sources.ts";
import { makeMirror, record, toSettings } from "./providers.ts";

declare module "vitest" {
  interface ProvidedContext {
    terraform: {
      /** A copy of terraform/, next to copies of the files that it reads. */
      folder: string;
      env: Record<string, string>;
      /** How `terraform init` ended. */
      initialised: Ended;
    };
  }
}

/**
 * vitest's globalSetup: `terraform init` in a copy of the repository, since Terraform writes beside its configuration. If no
 * registry of providers can be reached, stand-ins with recorded schemas take the place of the providers.
 */
export default async function setUp(project: TestProject) {
  const { PROVIDERS, RECORD_SCHEMAS, TERRAFORM = "terraform" } = process.env;
  const copy = mkdtempSync(join(tmpdir(), "edge-gists-terraform-"));
  for (const name of ["terraform", "istio", "knative", "observability", ...imageSources()])
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !path.includes("/.terraform") });
  const folder = join(copy, "terraform");
  const always = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const init = (env: Record<string, string>) =>
    run(TERRAFORM, ["init", "-backend=false", "-input=false"], { cwd: folder, env: { ...process.env, ...env } });

  let env: Record<string, string> = { ...always, ...(PROVIDERS ? toSettings(copy, PROVIDERS) : {}) };
  let initialised = await init(env);
  if (!initialised.ok && !PROVIDERS && !RECORD_SCHEMAS) {
    console.log("No provider registry: the providers are stand-ins with the schemas of the real ones.");
    env = { ...always, ...toSettings(copy, await makeMirror(copy, folder)) };
    initialised = await init(env);
  }
  if (RECORD_SCHEMAS && initialised.ok) await record(folder, env);
  project.provide("terraform", { folder, env, initialised });
  return () => rmSync(copy, { recursive: true, force: true });
}
