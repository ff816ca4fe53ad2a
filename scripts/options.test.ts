import { execFile, execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
// @ts-expect-error: a script, without types
import { confirm, parseOptions, yes } from "./options.mjs";

const root = join(import.meta.dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

const ofPackage = Object.entries(scripts);

/** Scripts that are several programs, each by its name: `npm run check charts`. The names are those of their usage. */
const grouped = ["bench", "check", "docs", "release"];
const named = grouped.flatMap((name): [string, string][] => {
  const [, ...args] = scripts[name]!.split(" ");
  const usage = String(execFileSync(process.execPath, [...args, "--help"], { cwd: root }));
  const parts = [...usage.matchAll(/^ {2}([a-z][\w:-]*) {2,}/gm)].map(([, part]) => part!);
  return parts.map((part) => [`${name} ${part}`, `${scripts[name]} ${part}`]);
});
const programs = [...ofPackage, ...named];

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Programs that would build, deploy or ask somebody: in their place is one that takes a note of its call. */
const others = [
  "docker",
  "gh",
  "git",
  "go",
  "helm",
  "kind",
  "kubectl",
  "npm",
  "npx",
  "openssl",
  "python3",
  "terraform",
];
let folder: string;
const calls = () => (existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "edge-gists-options-"));
  for (const name of others) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> "${folder}/calls"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  // In every program, before its own code: no connection, no listening socket, no process and no file of its own.
  writeFileSync(
    join(folder, "harmless.cjs"),
    `const { openSync, writeSync } = require("node:fs");
    const note = (what) => (...args) => {
      writeSync(openSync(${JSON.stringify(join(folder, "calls"))}, "a"), what + " " + String(args[0]) + "\\n");
      throw new Error(what);
    };
    globalThis.fetch = note("fetch");
    for (const [name, members] of Object.entries({
      "node:net": ["connect", "createConnection"],
      "node:child_process": ["spawn", "spawnSync", "execFile", "execFileSync", "fork"],
      "node:fs": ["writeFileSync", "mkdirSync", "mkdtempSync", "rmSync", "cpSync"],
      "node:fs/promises": ["writeFile", "mkdir", "mkdtemp", "rm", "cp"],
    })) for (const member of members) require(name)[member] = note(name + "." + member);
    require("node:net").Server.prototype.listen = note("listen");
    require("node:module").syncBuiltinESMExports();`,
  );
});
afterEach(() => {
  rmSync(join(folder, "calls"), { force: true });
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program of package.json as npm would, its input no terminal. */
function run(command: string, args: string[], { isHarmless = false } = {}): Promise<Ended> {
  const [node, ...own] = command.split(" ");
  if (node !== "node") throw new Error(`not one of our programs: ${command}`);
  const guard = isHarmless ? ["--require", join(folder, "harmless.cjs")] : [];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...guard, ...own, ...args],
      {
        cwd: root,
        env: {
          ...process.env,
          NODE_OPTIONS: "",
          DEPLOYMENT_METHOD: "",
          KUBECONFIG: "",
          PATH: `${folder}${delimiter}${process.env["PATH"]}`,
        },
      },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ).stdin?.end();
  });
}

/** All of a list, a few at a time. */
async function each<T>(list: readonly T[], body: (one: T) => Promise<void>): Promise<void> {
  const rest = [...list];
  const work = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await body(one);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
}

/** When each file below dist/ was last written. */
function builtFiles(): string[] {
  const dist = join(root, "dist");
  if (!existsSync(dist)) return [];
  return readdirSync(dist, { recursive: true, encoding: "utf8" }).map(
    (path) => `${path} ${statSync(join(dist, path)).mtimeMs}`,
  );
}

function changes(): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("git", ["status", "--porcelain"], { cwd: root }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
}

test("package.json has few scripts, and the names are those of all their parts", () => {
  expect(ofPackage.length).toBeLessThan(25);
  expect(named.map(([name]) => name)).toEqual(
    expect.arrayContaining(["bench speed", "check charts", "check observability:live", "docs faults", "release scan"]),
  );
});

/** A private key of another algorithm than the gateway knows. */
const otherKey = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ format: "pem", type: "pkcs8" })
  .toString();

describe.runIf(process.platform !== "win32")("every program of package.json", () => {
  test("says what it does by --help and -h, and does nothing", { timeout: 240_000 }, async () => {
    const before = [await changes(), builtFiles()];
    await each(programs, async ([name, command]) => {
      // Half of them by the short one.
      const flag = name.length % 2 ? "--help" : "-h";
      const { code, stdout, stderr } = await run(command, [flag], { isHarmless: true });
      expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: "" });
      expect(stdout, name).toMatch(/^npm (?:run (?:-s )?[\w:]+|start|test)\b[^]*\n\n[^]*\n {2}--help, -h /);
      // Documents have no options of their own.
      const own = name.startsWith("docs ") ? "docs" : name;
      expect(stdout, name).toMatch(new RegExp(`^npm (?:run )?(?:-s )?${own}\\b`));
      expect(stdout.split("\n").length, `${name}: lines of a screen`).toBeLessThanOrEqual(24);
    });
    expect(calls()).toBe("");
    expect([await changes(), builtFiles()]).toEqual(before);
  });

  test("refuses what it does not know, with what is nearest, and does nothing", { timeout: 240_000 }, async () => {
    const before = [await changes(), builtFiles()];
    await each(programs, async ([name, command]) => {
      const { code, stdout, stderr } = await run(command, ["--helpp"], { isHarmless: true });
      expect({ name, code, stdout }).toEqual({ name, code: 2, stdout: "" });
      expect(stderr, name).toMatch(/^unknown option --helpp: did you mean --help\?\n/);
    });
    expect(calls()).toBe("");
    expect([await changes(), builtFiles()]).toEqual(before);
  });

  test("refuses a stray word, and does nothing", { timeout: 240_000 }, async () => {
    const before = [await changes(), builtFiles()];
    await each(programs, async ([name, command]) => {
      const { code, stdout, stderr } = await run(command, ["stray-word"], { isHarmless: true });
      expect({ name, code, stdout }).toEqual({ name, code: 2, stdout: "" });
      expect(stderr, name).toContain("stray-word");
      expect(stderr, name).not.toContain("did you mean");
    });
    expect(calls()).toBe("");
    expect([await changes(), builtFiles()]).toEqual(before);
  });

  test.each([
    ["deploy", "--dryrun", "--dry-run"],
    ["mirror", "--registy=r", "--registry"],
    ["test", "--al", "--all"],
    ["release", "dry-run", "--dry-run"],
    ["release", "scan images", "image"],
    ["release", "sbon", "sbom"],
    ["bench", "sped", "speed"],
    ["bench", "speed throughptu", "throughput"],
    ["check", "chrats", "charts"],
    ["check", "charts --testNamePatern=x", "--testNamePattern"],
    ["docs", "fault", "faults"],
    ["format", "--hepl", "--help"],
    ["release", "scn --help", "scan"],
  ])("%s %s: did you mean %s?", async (name, line, meant) => {
    const { code, stderr } = await run(scripts[name]!, line.split(" "), { isHarmless: true });
    expect(code).toBe(2);
    expect(stderr).toContain(`did you mean ${meant}?`);
    expect(calls()).toBe("");
  });

  test.each([
    ["docs", "apii", /^unknown argument apii\n/],
    ["e2e", "foo", /^unknown argument foo\n/],
    ["deploy", "--zzz", /^unknown option --zzz\n/],
    ["dev", "--inspect=abc", /^--inspect: a whole number .*"abc"/],
    ["dev", "--inspect=99999", /^--inspect: a whole number from 1 to 65534/],
    ["bench", "soak --keys=0", /^--keys: a whole number/],
    ["demo:autoscale", "--url=notaurl", /^--url: .*"notaurl"/],
    ["demo:autoscale", "--url=localhost:8080", /^--url: .*"localhost:8080"/],
    ["demo:autoscale", "--load=50", /^--load: .*"50"/],
    ["mirror", "--dry-run", /^Say where the copies go: --charts/],
    ["mirror", "--charts=/no/such/folder --dry-run", /^--charts=\/no\/such\/folder: /],
    ["mirror", "--charts=package.json --dry-run", /^--charts=.*package\.json: /],
    ["mirror", "--registry=https://mirror.example.com/ --dry-run", /^--registry: HOST/],
    ["metrics:token", "--hours=Infinity", /^--hours: a whole number/], // gitleaks:allow
    ["format", "no-such-file", /^no-such-file: /],
  ])("%s %s is refused without a suggestion", async (name, line, reason) => {
    const { code, stdout, stderr } = await run(scripts[name]!, line.split(" "), { isHarmless: true });
    expect({ code, stdout, calls: calls() }).toEqual({ code: 2, stdout: "", calls: "" });
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain("did you mean");
  });

  test("npm test runs nothing if a pattern matches nothing", async () => {
    const { code, stdout, stderr } = await run(scripts["test"]!, ["contract", "no-such-file"], { isHarmless: true });
    expect({ code, stdout, calls: calls() }).toEqual({ code: 2, stdout: "", calls: "" });
    expect(stderr).toMatch(/"no-such-file" in its path[^]*\nGroups: build, .*contract-node/);
  });

  test.each([
    ["up", []],
    ["deploy", []],
    ["deploy:worker", []],
    ["release", []],
    ["release", ["announce"]],
    ["mirror", ["--registry=registry.invalid"]],
    ["e2e", ["--context=mine"]],
  ])("%s changes nothing if it cannot ask, without --yes", async (name, args) => {
    vi.stubEnv("TF_VAR_image", "registry.invalid/image:1");
    const { code, stderr } = await run(scripts[name]!, args);
    expect(stderr).toContain("--yes");
    expect(code).toBe(2);
    expect(calls()).not.toMatch(/apply|push|create|install|docker|gh /);
  });

  test.each([
    ["no key", "no key"],
    ["of another algorithm", otherKey],
    ["cut off", otherKey.slice(0, 60)],
  ])("metrics:token says in a line what is wrong with a key, and not the key: %s", async (_, key) => {
    vi.stubEnv("METRICS_PRIVATE_KEY", key);
    const { code, stdout, stderr } = await run(scripts["metrics:token"]!, []);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe("METRICS_PRIVATE_KEY: must be an Ed25519 private key in PEM\n");
  });

  test.each(["deploy", "up"])("%s --yes goes ahead, as planned", async (name) => {
    const { code, stdout } = await run(scripts[name]!, ["--yes"]);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(calls()).toMatch(/^terraform .*\/cluster apply\b[^]*^terraform .*\/platform apply\b/m);
  });
});

describe("a command line", () => {
  const program = {
    usage: "npm run this",
    options: {
      "dry-run": { type: "boolean", default: false, description: "does nothing" },
      keys: { type: "string", value: "N", default: "9", description: "a number" },
      ...yes,
    },
    positionals: { image: "of the container" },
  };

  test("has values, words, and what is passed on", () => {
    const { values, positionals, rest } = parseOptions(["--keys", "3", "-y", "image", "--", "--push"], {
      ...program,
      passOn: "anything",
    });
    expect(values).toMatchObject({ keys: "3", yes: true, "dry-run": false });
    expect({ positionals, rest }).toEqual({ positionals: ["image"], rest: ["--push"] });
  });

  test.each([
    ["--hepl", "--help"],
    ["--kesy=3", "--keys"],
    ["--dry", "--dry-run"],
    ["--image", "image"],
    ["dry-run", "--dry-run"],
    ["imgae", "image"],
  ])("%s: did you mean %s?", (word, meant) => {
    expect(() => parseOptions([word], program)).toThrow(`${word.split("=")[0]}: did you mean ${meant}?\n`);
  });

  test.each(["--push", "-d", "--k9", "kyes", "yess", "mirror"])("%s is near to nothing", (word) => {
    expect(() => parseOptions([word], program)).toThrow(new RegExp(`^unknown (?:option|argument) ${word}\n`));
  });

  test("asks for no help on a word that is unknown", () => {
    expect(() => parseOptions(["imag", "--help"], program)).toThrow("did you mean image?");
  });

  test("asks for help whatever else is in it", () => {
    const { help } = parseOptions(["--wrong", "--help"], program);
    expect(help).toMatch(/^npm run this\n/);
    expect(help).toMatch(/^ {2}--keys=N +a number \(9\)$/m);
    expect(help).toMatch(/^ {2}image +of the container$/m);
  });

  test.each([
    [["--dryrun"], "--dry-run"],
    [["-d"], "--"],
    [["--dry-run=yes"], "--dry-run"],
    [["--keys"], "--keys"],
    [["imag"], "did you mean image?"],
    [["--", "--push"], "--push"],
  ])("%j is refused", (args, reason) => {
    expect(() => parseOptions(args, program)).toThrow(reason);
  });
});

describe("on a terminal", () => {
  const terminal = () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    return { stdin, stdout: Object.assign(new PassThrough(), { isTTY: true }) };
  };

  test("a person says yes", async () => {
    const { stdin, stdout } = terminal();
    const asked = confirm("Deploy?", false, { stdin, stdout });
    stdin.write("y\n");
    await asked;
    expect(String(stdout.read())).toContain("Deploy? [y/N]");
  });

  test.each(["", "n", "yes please"])("%j is not yes", async (answer) => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => {
      throw new Error("ended");
    });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { stdin, stdout } = terminal();
    const asked = confirm("Deploy?", false, { stdin, stdout });
    stdin.write(`${answer}\n`);
    await expect(asked).rejects.toThrow("ended");
    expect(exit).toHaveBeenCalledWith(2);
  });
});
