import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "../support/install.ts";
import type { ClientName } from "../../docs/generate/client-matrix.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** How a client and its programs are made; paths of sources are absolute, what is made lies in `cache`. */
export interface Recipe {
  /** Required programs, each with a command that ends with 0 if it is installed, and the Debian package. */
  needs: readonly { command: Command; install: string }[];
  /** The folder of the files below. */
  source: string;
  /** The files that say what is installed, at which versions. */
  pinned: readonly string[];
  /** Once for each content of these files. */
  install: (cache: string) => readonly Command[];
  /** Once for each content of the folder. */
  compile?: (cache: string) => readonly Command[];
  /** Files that must lie beside what was installed. */
  copied?: readonly string[];
  program: (cache: string) => Command;
  snippet: (cache: string) => Command;
}

const apt = (packages: string) => `Debian: apt-get install ${packages}`;

function python(name: string): Recipe {
  const source = join(here, name);
  const run = (cache: string, file: string) => [join(cache, "venv/bin/python"), join(source, file)];
  return {
    // github3.py and others need 3.10.
    needs: [
      {
        command: ["python3", "-c", "import ensurepip, venv, sys; assert sys.version_info >= (3, 10)"],
        install: apt("python3-venv"),
      },
    ],
    source,
    pinned: ["requirements.txt"],
    install: (cache) => [
      ["python3", "-m", "venv", join(cache, "venv")],
      [
        join(cache, "venv/bin/python"),
        ..."-m pip install --quiet --disable-pip-version-check --no-deps --requirement".split(" "),
        join(source, "requirements.txt"),
      ],
    ],
    program: (cache) => run(cache, "program.py"),
    snippet: (cache) => run(cache, "snippet.py"),
  };
}

/** Sources are copied: Node looks for packages from where a file lies. */
function octokit(name: string): Recipe {
  const source = join(here, name);
  const sources = join(here, "octokit");
  return {
    needs: [{ command: ["npm", "--version"], install: "npm comes with Node" }],
    source,
    pinned: ["package.json", "package-lock.json"],
    install: (cache) => [["npm", "ci", "--prefix", cache, "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]],
    copied: [join(sources, "program.mjs"), join(sources, "snippet.mjs")],
    program: (cache) => [process.execPath, join(cache, "program.mjs")],
    snippet: (cache) => [process.execPath, join(cache, "snippet.mjs")],
  };
}

const goGithub = join(here, "go-github");
const octocrab = join(here, "octocrab");
const hub4j = join(here, "hub4j");
const octokitRb = join(here, "octokit-rb");
const gh = join(here, "gh");

export const recipes: Record<ClientName, Recipe> = {
  octokit: octokit("octokit"),
  "octokit-18": octokit("octokit-18"),
  pygithub: python("pygithub"),
  githubkit: python("githubkit"),
  gidgethub: python("gidgethub"),
  github3: python("github3"),
  "go-github": {
    needs: [{ command: ["go", "version"], install: "Go 1.25 or later" }],
    source: goGithub,
    pinned: ["go.mod", "go.sum"],
    install: () => [["go", "mod", "download"]],
    compile: (cache) => [
      ["go", "build", "-p", "1", "-trimpath", "-o", join(cache, "program"), "."],
      ["go", "build", "-p", "1", "-trimpath", "-o", join(cache, "snippet"), "./snippet"],
    ],
    program: (cache) => [join(cache, "program")],
    snippet: (cache) => [join(cache, "snippet")],
  },
  octocrab: {
    needs: [{ command: ["cargo", "--version"], install: "Rust 1.85 or later" }],
    source: octocrab,
    pinned: ["Cargo.toml", "Cargo.lock"],
    install: () => [["cargo", "fetch", "--locked", "--quiet"]],
    compile: (cache) => [
      ["cargo", "build", "--jobs", "1", "--locked", "--quiet", "--bins", "--target-dir", join(cache, "target")],
    ],
    program: (cache) => [join(cache, "target/debug/program")],
    snippet: (cache) => [join(cache, "target/debug/snippet")],
  },
  hub4j: {
    needs: [
      { command: ["javac", "--version"], install: apt("default-jdk-headless") },
      { command: ["mvn", "--version"], install: apt("maven") },
    ],
    source: hub4j,
    pinned: ["pom.xml"],
    install: (cache) => [
      [
        ..."mvn --batch-mode --quiet --file".split(" "),
        join(hub4j, "pom.xml"),
        "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
        `-DoutputDirectory=${join(cache, "lib")}`,
        "-DincludeScope=runtime",
      ],
    ],
    compile: (cache) => [
      [
        "javac",
        "-cp",
        join(cache, "lib/*"),
        "-d",
        join(cache, "classes"),
        join(hub4j, "Program.java"),
        join(hub4j, "Snippet.java"),
      ],
    ],
    program: (cache) => [
      "java",
      "-XX:TieredStopAtLevel=1",
      "-cp",
      `${join(cache, "classes")}:${join(cache, "lib/*")}`,
      "Program",
    ],
    snippet: (cache) => [
      "java",
      "-XX:TieredStopAtLevel=1",
      "-cp",
      `${join(cache, "classes")}:${join(cache, "lib/*")}`,
      "Snippet",
    ],
  },
  "octokit-rb": {
    needs: [{ command: ["ruby", "-e", "require 'octokit'"], install: apt("ruby-octokit") }],
    source: octokitRb,
    pinned: [],
    install: () => [],
    program: () => ["ruby", join(octokitRb, "program.rb")],
    snippet: () => ["ruby", join(octokitRb, "snippet.rb")],
  },
  gh: {
    needs: [
      { command: ["gh", "--version"], install: apt("gh") },
      { command: ["openssl", "version"], install: apt("openssl") },
    ],
    source: gh,
    pinned: [],
    install: () => [],
    program: () => [process.execPath, join(gh, "program.mjs")],
    snippet: () => ["sh", join(gh, "snippet.sh")],
  },
};
