/** The name of a release, and the folder of its files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";

export const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
export const tag = `v${version}`;

/** Folder of a release's files. */
export const out = join(root, ".cache/release");
export const sbom = join(out, "sbom.spdx.json");

/** Registry and owner, in lower case as registries require. */
export function registry(repository = process.env.GITHUB_REPOSITORY ?? "owner/edge-gists") {
  return `ghcr.io/${repository.split("/")[0].toLowerCase()}`;
}
