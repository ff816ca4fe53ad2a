import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run image [-- --tag=NAME] [--platform=PLATFORM] [-- ...]

Builds the container's image as edge-gists:<version> from the work tree. Its labels come from
package.json and git.
`;

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, DOCKER = "docker" } = process.env;

/** The image's name and tag. */
export const image = `edge-gists:${version}`;

function git(...args) {
  return String(execFileSync("git", args, { cwd: root })).trim();
}

/** Values of the Dockerfile's ARGs; times are those of the commit, so that the same commit gives the same image. */
export function buildArguments() {
  const seconds = git("log", "-1", "--format=%ct");
  return {
    VERSION: version,
    REVISION: git("rev-parse", "HEAD"),
    SOURCE_DATE_EPOCH: seconds,
    CREATED: new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z"),
    ...(GITHUB_REPOSITORY && { SOURCE: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}` }),
  };
}

const platforms = { arm64: "linux/arm64", x64: "linux/amd64" };

/**
 * What makes `docker build` here use BuildKit, or do without it.
 * @returns {{ env: Record<string, string>, args: string[], name: string }}
 */
export function builder(docker = DOCKER) {
  const env = { DOCKER_BUILDKIT: "1" };
  if (spawnSync(docker, ["buildx", "version"]).status === 0)
    return { name: "buildx", env, args: ["--provenance=false"] };
  // Until Docker 23 BuildKit needs no plugin.
  const major = Number(/(\d+)\./.exec(String(spawnSync(docker, ["--version"]).stdout))?.[1] ?? 0);
  if (major < 23) return { name: "BuildKit", env, args: [] };
  return {
    name: "legacy builder",
    env: { DOCKER_BUILDKIT: "0" },
    args: ["--build-arg", `BUILD_PLATFORM=${platforms[process.arch]}`],
  };
}

/** All arguments of `docker build` but the context. */
export function buildCommand(tag, more = [], docker = DOCKER) {
  const args = Object.entries(buildArguments()).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
  return ["build", "--tag", tag, ...builder(docker).args, ...args, ...more];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, rest } = readOptions({
    usage,
    options: {
      tag: { type: "string", short: "t", value: "NAME", multiple: true, description: "another name for the image" },
      platform: { type: "string", value: "PLATFORM", description: "such as linux/arm64" },
    },
    passOn: "whatever else docker build takes",
  });
  const more = Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => `--${name}=${one}`));
  try {
    const { error, status } = spawnSync(DOCKER, [...buildCommand(image, [...more, ...rest]), root], {
      stdio: "inherit",
      env: { ...process.env, ...builder().env },
    });
    if (error)
      console.error(`${DOCKER} did not start: ${error.message}. Install Docker, or name its program in DOCKER.`);
    process.exitCode = status ?? 1;
  } catch (error) {
    console.error(`${error.message.trim()}. The image's labels come from git: install it, and build in a clone.`);
    process.exitCode = 1;
  }
}
