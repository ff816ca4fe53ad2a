import { spawnSync } from "node:child_process";
import { tool } from "../../../scripts/tools.mjs";
import { schemaLocation } from "./schemas.mjs";

/** What kubeconform says of a resource. */
export interface Verdict {
  kind: string;
  name: string;
  status: "statusValid" | "statusInvalid" | "statusError" | "statusSkipped";
  msg: string;
}

/**
 * Checks resources against the strict schemas of their kinds.
 * @param text YAML
 * @param args further arguments
 * @throws Error if kubeconform cannot say anything
 */
export function kubeconform(text: string, ...args: string[]): Verdict[] {
  const { stdout, stderr, error } = spawnSync(
    tool("kubeconform"),
    ["-strict", "-output", "json", "-verbose", "-schema-location", schemaLocation(), ...args, "-"],
    { input: text, encoding: "utf8", maxBuffer: 64 << 20 },
  );
  if (!stdout) throw new Error(error?.message ?? stderr);
  return (JSON.parse(stdout) as { resources?: Verdict[] }).resources ?? [];
}
