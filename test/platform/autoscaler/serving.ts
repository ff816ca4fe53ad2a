import { cp, mkdir, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../../harness/child.ts";
import { run } from "../../support/install.ts";

const here = import.meta.dirname;
const cache = join(root, ".cache/autoscaler");

/** Knative 1.N is the Go module's version 0.(N + 27) (https://github.com/knative/community/blob/main/mechanics/RELEASE-VERSIONING-PRINCIPLES.md). */
async function moduleVersion(): Promise<string> {
  const values = await readFile(join(root, "knative/serving/values.yaml"), "utf8");
  const [, minor = "", patch = ""] = /^version: 1\.(\d+)\.(\d+)$/m.exec(values) ?? [];
  return `v0.${Number(minor) + 27}.${patch}`;
}

/** The sources of Knative Serving: KNATIVE_SERVING names a checkout, otherwise Go downloads the module. */
async function findSources(): Promise<string | { missing: string }> {
  if (process.env["KNATIVE_SERVING"]) return process.env["KNATIVE_SERVING"];
  if (!(await run(["go", "version"], root)).ok) return { missing: "needs Go (https://go.dev/dl)" };
  const module = `knative.dev/serving@${await moduleVersion()}`;
  const { ok, output } = await run(["go", "mod", "download", "-json", module], root);
  const [, folder] = /"Dir": "([^"]+)"/.exec(output) ?? [];
  return ok && folder ? folder : { missing: `Go cannot download ${module}: ${output.trim()}` };
}

/**
 * Compiles the program in knative/ inside a copy of Knative's sources, with the dependencies that these pin.
 * @returns the program, or what is missing
 */
export async function compile(): Promise<{ program: string } | { missing: string }> {
  const sources = await findSources();
  if (typeof sources !== "string") return sources;
  const copy = join(cache, "serving");
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  for (const name of ["go.mod", "go.sum", "pkg"]) await cp(join(sources, name), join(copy, name), { recursive: true });
  // A checkout has its dependencies, a downloaded module has not.
  const hasVendor = await symlink(join(sources, "vendor"), join(copy, "vendor")).then(() =>
    readFile(join(copy, "vendor/modules.txt")).then(
      () => true,
      () => false,
    ),
  );
  if (!hasVendor) await rm(join(copy, "vendor"));
  await run(["chmod", "-R", "u+w", copy], root);
  await cp(join(here, "knative"), join(copy, "pkg/edge-gists"), { recursive: true });
  const program = join(cache, "decide");
  // Without paths Go's own cache serves every copy.
  const command = ["go", "test", "-trimpath", "-buildvcs=false", `-mod=${hasVendor ? "vendor" : "mod"}`, "-c"];
  const { ok, output } = await run([...command, "-o", program, "./pkg/edge-gists"], copy);
  if (ok) return { program };
  // A private registry may not have all modules. That is no fault of the model.
  const unavailable = /^.*(?:reading http\S+|dial tcp|i\/o timeout|no such host).*$/m.exec(output)?.[0];
  if (unavailable) return { missing: `Go cannot download the dependencies: ${unavailable.trim()}` };
  throw new Error(output.slice(-4000));
}
