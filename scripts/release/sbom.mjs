/**
 * `npm run sbom`: the bill of materials (SPDX) of all that package-lock.json brings. Read from there, since a bundle
 * no longer says what it was made of; what is only used to build is in it too.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tool } from "../tools.mjs";
import { sbom, version } from "./paths.mjs";
import { run } from "./run.mjs";

/** Writes it, and says how many packages it names. */
export function makeSbom() {
  run(
    tool("syft"),
    [
      "scan",
      "file:package-lock.json",
      "--quiet",
      "--source-name=edge-gists",
      `--source-version=${version}`,
      `--output=spdx-json=${sbom}`,
    ],
    {
      env: { ...process.env, SYFT_JAVASCRIPT_INCLUDE_DEV_DEPENDENCIES: "true", SYFT_CHECK_FOR_APP_UPDATE: "false" },
    },
  );
  return JSON.parse(readFileSync(sbom, "utf8")).packages.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`${makeSbom()} packages in ${sbom}`);
