import { mkdirSync, readFileSync } from "node:fs";
import { readOptions } from "../scripts/options.mjs";
import { tool } from "../scripts/tools.mjs";
import { out, sbom, version } from "./paths.mjs";
import { run } from "./command.mjs";

const usage = `
npm run release sbom

Writes the bill of materials (SPDX) of all that package-lock.json brings, what is only used to
build included.
`;

/**
 * Read from package-lock.json, since a bundle no longer names its packages.
 * @returns {number} packages that it names
 */
export function makeSbom() {
  mkdirSync(out, { recursive: true });
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

/** `npm run release sbom` */
export function main() {
  readOptions({ usage });
  console.log(`${makeSbom()} packages in ${sbom}`);
}
