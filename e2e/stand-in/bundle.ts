import { build } from "esbuild";
import { root } from "../../harness/child.ts";

/** Maximum size of a ConfigMap, in bytes. */
export const mostBytes = 1_000_000;

/** The stand-in with all of its dependencies, in one file. @throws Error if it is too large for a ConfigMap */
export async function bundleStandIn(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["e2e/stand-in/main.ts"],
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    write: false,
  });
  const text = outputFiles[0]?.text ?? "";
  if (text.length > mostBytes) throw new Error(`the stand-in has ${text.length} bytes: too many for a ConfigMap`);
  return text;
}
