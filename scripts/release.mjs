/**
 * `npm run release`: publishes what the tag v<version> names: the image of both architectures and the charts, signed
 * with cosign without a key of ours (https://docs.sigstore.dev/cosign/signing/overview). In GitHub Actions, logged in to
 * the registry. `npm run release:dry-run` makes all that can be made here, and says what it would have published.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "./built.mjs";
import { buildCommand } from "./image.mjs";
import { commitsSinceLast, toNotes } from "./release-notes.mjs";
import { checkVersions, packageCharts } from "./release/charts.mjs";
import { out, registry, tag, version } from "./release/paths.mjs";
import { run } from "./release/run.mjs";
import { makeSbom } from "./release/sbom.mjs";
import { tool } from "./tools.mjs";

const isDry = process.argv.includes("--dry-run");
const { DOCKER = "docker", GITHUB_REF_NAME, GITHUB_OUTPUT } = process.env;
const image = `${registry()}/edge-gists`;
const chartRegistry = `${registry()}/charts`;

/** Something that others would see: only said in a dry run. */
function publish(program, args) {
  if (!isDry) return run(program, args);
  console.log(`would run: ${basename(program)} ${args.join(" ")}`);
  return `Digest: sha256:${"0".repeat(64)}`;
}

function sign(reference) {
  publish(isDry ? "cosign" : tool("cosign"), ["sign", "--yes", reference]);
}

/** @returns {string} digest of the index of both architectures */
function publishImage() {
  const metadata = join(out, "image.json");
  const more = ["--platform=linux/amd64,linux/arm64", "--push", `--metadata-file=${metadata}`, root];
  publish(DOCKER, [...buildCommand(`${image}:${version}`, more)]);
  return isDry ? `sha256:${"0".repeat(64)}` : JSON.parse(readFileSync(metadata, "utf8"))["containerimage.digest"];
}

function publishChart(path) {
  const said = publish(tool("helm"), ["push", path, `oci://${chartRegistry}`]);
  const name = basename(path, `-${version}.tgz`);
  sign(`${chartRegistry}/${name}@${/Digest: (sha256:[0-9a-f]{64})/.exec(said)[1]}`);
}

checkVersions();
if (!isDry && GITHUB_REF_NAME !== tag) throw new Error(`the tag is ${GITHUB_REF_NAME}, package.json says ${tag}`);

console.log(`${makeSbom()} packages in the bill of materials`);
const packages = packageCharts();
const digest = publishImage();
sign(`${image}@${digest}`);
for (const path of packages) publishChart(path);
if (GITHUB_OUTPUT && !isDry) appendFileSync(GITHUB_OUTPUT, `image=${image}\ndigest=${digest}\n`);
if (isDry) console.log(`\nnotes of ${tag}:\n\n${toNotes(commitsSinceLast(tag))}`);
