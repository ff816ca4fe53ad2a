import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../harness/built.mjs";
import { buildCommand } from "../scripts/image.mjs";
import { confirm, refuse } from "../scripts/options.mjs";
import { announcement, changes } from "./announce.mjs";
import { checkVersions, packageCharts } from "./charts.mjs";
import { out, registry, tag, version } from "./paths.mjs";
import { openRehearsal } from "./rehearsal.mjs";
import { run } from "./command.mjs";
import { makeSbom } from "./sbom.mjs";
import { tool } from "../scripts/tools.mjs";

const platforms = ["linux/amd64", "linux/arm64"];

/**
 * Publishes the release: publicly, not at all (dry), or to a registry on this machine (rehearsal).
 * @param {{ "dry-run": boolean, rehearse: boolean, without?: string, yes: boolean }} values options of `npm run
 * release`
 */
export async function publishRelease({ "dry-run": isDry, rehearse: isRehearsal, without, yes: isSure }) {
  if (isDry && isRehearsal) refuse("--dry-run or --rehearse, not both");
  if (without !== undefined && (without !== "image" || !isRehearsal)) refuse("--without=image: with --rehearse");
  const isReal = !isDry && !isRehearsal;
  if (isReal) await confirm(`Publish ${tag} to ${registry()}, for all to see?`, isSure);
  const rehearsal = isRehearsal ? await openRehearsal() : undefined;
  const { DOCKER = "docker", GITHUB_REF_NAME, GITHUB_OUTPUT } = process.env;
  const owner = rehearsal?.registry ?? registry();
  const image = `${owner}/edge-gists`;

  /** A public action: a dry run only prints it. */
  function publish(program, args) {
    if (!isDry) return run(program, args);
    console.log(`would run: ${basename(program)} ${args.join(" ")}`);
    return `Digest: sha256:${"0".repeat(64)}`;
  }

  function sign(reference) {
    publish(isDry ? "cosign" : tool("cosign"), ["sign", "--yes", ...(rehearsal?.cosign ?? []), reference]);
    rehearsal?.verify(reference);
  }

  /** @returns {Promise<string>} digest of the index of both architectures */
  async function publishImage() {
    const metadata = join(out, "image.json");
    const more = [`--platform=${platforms.join()}`, "--push", `--metadata-file=${metadata}`, root];
    publish(DOCKER, [...buildCommand(`${image}:${version}`, more)]);
    const digest = isDry
      ? `sha256:${"0".repeat(64)}`
      : JSON.parse(readFileSync(metadata, "utf8"))["containerimage.digest"];
    if (rehearsal) assert.deepEqual(await rehearsal.platforms("owner/edge-gists", digest), platforms);
    sign(`${image}@${digest}`);
    return digest;
  }

  function publishChart(path) {
    const said = publish(tool("helm"), ["push", path, `oci://${owner}/charts`, ...(rehearsal?.helm ?? [])]);
    const name = basename(path, `-${version}.tgz`);
    sign(`${owner}/charts/${name}@${/Digest: (sha256:[0-9a-f]{64})/.exec(said)[1]}`);
  }

  try {
    checkVersions();
    changes(isReal);
    if (isReal && GITHUB_REF_NAME !== tag) throw new Error(`the tag is ${GITHUB_REF_NAME}, package.json says ${tag}`);

    console.log(`${makeSbom()} packages in the bill of materials`);
    const packages = packageCharts();
    if (rehearsal && without === "image") console.log("LEFT OUT the image");
    else {
      const digest = await publishImage();
      if (GITHUB_OUTPUT && isReal) appendFileSync(GITHUB_OUTPUT, `image=${image}\ndigest=${digest}\n`);
    }
    for (const path of packages) publishChart(path);
    if (!isReal) {
      const { args, notes } = announcement(false);
      console.log(`would run: gh ${args.join(" ")}\n\nnotes of ${tag}:\n\n${notes}`);
    }
  } finally {
    await rehearsal?.close();
  }
}
