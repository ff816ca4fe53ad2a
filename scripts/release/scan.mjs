/**
 * `npm run scan -- dependencies|image`: known vulnerabilities by Grype, of the bill of materials or of the built image,
 * as SARIF. Fails where one is high or critical and a fix for it exists. Needs the network, for Grype's database.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { image } from "../image.mjs";
import { tool } from "../tools.mjs";
import { out, sbom } from "./paths.mjs";
import { run } from "./run.mjs";
import { makeSbom } from "./sbom.mjs";

const [what] = process.argv.slice(2);
const sources = { dependencies: `sbom:${sbom}`, image: `docker:${image}` };
if (!Object.hasOwn(sources, what ?? "")) throw new Error(`npm run scan -- ${Object.keys(sources).join("|")}`);
if (what === "dependencies" && !existsSync(sbom)) makeSbom();

run(
  tool("grype"),
  [sources[what], "--only-fixed", "--fail-on=high", "--output=table", `--output=sarif=${join(out, `${what}.sarif`)}`],
  {
    env: { ...process.env, GRYPE_CHECK_FOR_APP_UPDATE: "false" },
  },
);
