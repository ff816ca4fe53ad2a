import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "../../harness/child.ts";
import { type Command, hash, run, unlessDone } from "../support/install.ts";

export const here = fileURLToPath(new URL(".", import.meta.url));
const cacheRoot = join(root, ".cache/generators");

/** The release of openapi-generator. */
const openapiGenerator = "7.23.0";

/** A language's tools, or generators in that language, and what generated clients need. */
interface Toolchain {
  /** Must end with 0. */
  probe: Command;
  /** How to get it. */
  from: string;
  /** The folder and its files that say what is installed. */
  pinned: readonly string[];
  install: (source: string, cache: string) => readonly Command[];
}

const maven = "mvn --batch-mode --quiet".split(" ");
const dependencies = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";
const tools = ["github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen", "github.com/ogen-go/ogen/cmd/ogen"];

export const toolchains = {
  npm: {
    probe: ["npm", "--version"],
    from: "npm comes with Node",
    pinned: ["package.json", "package-lock.json"],
    install: (_source, cache) => [
      ["npm", "ci", "--prefix", cache, "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
    ],
  },
  java: {
    probe: ["sh", "-c", "javac --version && mvn --version"],
    from: "Debian: apt-get install default-jdk-headless maven",
    pinned: ["pom.xml"],
    install: (source, cache) => [
      [
        ...maven,
        `${dependencies}:copy`,
        `-Dartifact=org.openapitools:openapi-generator-cli:${openapiGenerator}`,
        `-DoutputDirectory=${cache}`,
      ],
      [
        ...maven,
        "--file",
        join(source, "pom.xml"),
        `${dependencies}:copy-dependencies`,
        `-DoutputDirectory=${join(cache, "lib")}`,
      ],
    ],
  },
  go: {
    // The go.mod of ogen asks for it.
    probe: ["sh", "-c", "go version | grep -E 'go1\\.(2[6-9]|[3-9][0-9])'"],
    from: "Go 1.26 or later",
    pinned: ["go.mod", "go.sum"],
    install: (source, cache) => [["go", "build", "-C", source, "-p", "1", "-o", `${join(cache, "bin")}/`, ...tools]],
  },
  python: {
    probe: ["python3", "-c", "import ensurepip, venv, sys; assert sys.version_info >= (3, 10)"],
    from: "Debian: apt-get install python3-venv",
    pinned: ["requirements.txt"],
    install: (source, cache) => [
      ["python3", "-m", "venv", join(cache, "venv")],
      [
        join(cache, "venv/bin/python"),
        ..."-m pip install --quiet --disable-pip-version-check --no-deps --requirement".split(" "),
        join(source, "requirements.txt"),
      ],
    ],
  },
} as const satisfies Record<string, Toolchain>;

export type ToolchainName = keyof typeof toolchains;

/** True if its programs are on this machine. */
export async function isThere(name: ToolchainName): Promise<boolean> {
  return (await run(toolchains[name].probe, root)).ok;
}

/** Installs a toolchain unless it is, for what its files say. @returns the folder that it is in @throws Error with the output */
export async function install(name: ToolchainName): Promise<string> {
  const { pinned, install: commandsOf }: Toolchain = toolchains[name];
  const source = join(here, name);
  const content = `${await hash(source, pinned)} ${openapiGenerator}`;
  const cache = join(cacheRoot, name);
  await mkdir(cache, { recursive: true });
  // npm installs beside the files that it reads.
  if (name === "npm") for (const file of pinned) await copyFile(join(source, file), join(cache, file));
  await unlessDone(join(cache, "installed"), content, source, commandsOf(source, cache));
  return cache;
}

/** openapi-generator's program. */
export function openapiGeneratorIn(java: string): Command {
  return ["java", "-XX:TieredStopAtLevel=1", "-jar", join(java, `openapi-generator-cli-${openapiGenerator}.jar`)];
}
