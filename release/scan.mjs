import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { image } from "../scripts/image.mjs";
import { readOptions, refuse } from "../scripts/options.mjs";
import { tool } from "../scripts/tools.mjs";
import { out, sbom } from "./paths.mjs";
import { run } from "./command.mjs";
import { makeSbom } from "./sbom.mjs";

const usage = `
npm run release scan dependencies|image

Looks for known vulnerabilities by Grype, and writes them as SARIF. Fails if one is high or
critical and a fix for it exists. Needs the network, for Grype's database.
`;
/** `npm run release scan` */
export function main() {
  const positionals = { dependencies: "the bill of materials", image: "the built image" };
  const {
    positionals: [what, ...more],
  } = readOptions({ usage, positionals });
  if (!what || more.length > 0) refuse("npm run release scan dependencies|image: one of them");
  const sources = { dependencies: `sbom:${sbom}`, image: `docker:${image}` };
  mkdirSync(out, { recursive: true });
  if (what === "dependencies" && !existsSync(sbom)) makeSbom();

  run(
    tool("grype"),
    [sources[what], "--only-fixed", "--fail-on=high", "--output=table", `--output=sarif=${join(out, `${what}.sarif`)}`],
    {
      env: { ...process.env, GRYPE_CHECK_FOR_APP_UPDATE: "false" },
    },
  );
}
