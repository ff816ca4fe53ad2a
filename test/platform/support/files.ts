import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../harness/built.mjs";

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
