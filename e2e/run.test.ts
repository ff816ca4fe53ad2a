import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { execute, toText } from "./command.ts";
import { describe as describeRun, runStages } from "./run.ts";
import { toSettings } from "./settings.ts";
import type { Context, Stage } from "./stage.ts";

let folder = "";
let printed: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edge-gists-e2e-"));
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const options = { dryRun: false, keep: false, skip: [], context: undefined };
// A cluster without an API server: the gathered files contain kubectl's own errors.
const settings = () => ({
  ...toSettings({ context: undefined }, {}),
  folder,
  private: folder,
  kubeconfig: join(folder, "none"),
});
const node = (program: string) => ({ command: [process.execPath, "-e", program] as [string, ...string[]] });

function stage(name: string, run: (context: Context) => Promise<void>, kind?: "gate" | "end"): Stage {
  return { name, title: `The ${name}`, commands: () => ({}), run, ...(kind && { kind }) };
}
const good = (name: string, ran: string[], kind?: "gate" | "end") =>
  stage(
    name,
    async ({ check }) => {
      ran.push(name);
      await check("it holds", () => Promise.resolve());
    },
    kind,
  );

describe("a run", () => {
  test("that passes reports figures, and success in its last line", async () => {
    const ran: string[] = [];
    const figures = stage("figures", ({ figure, count }) => {
      figure("cold, ms", [3, 1]);
      count(7, 0);
      return Promise.resolve();
    });
    expect(await runStages([good("a", ran), figures, good("z", ran, "end")], options, settings())).toBe(true);
    expect(ran).toEqual(["a", "z"]);
    expect(printed.at(-1)).toBe("9 passed, 0 failed");
    const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as object;
    expect(report).toMatchObject({
      figures: { "cold, ms": [3, 1] },
      results: [{ name: "a", passed: 1 }, { name: "figures", passed: 7 }, { name: "z" }],
    });
  });

  test("continues after a failed check, and fails", async () => {
    const ran: string[] = [];
    const bad = stage("bad", async ({ check, run }) => {
      await check("one", async () => void (await run(node("console.error('no such pod'); process.exit(3)"))));
      await check("two", () => Promise.resolve());
    });
    expect(await runStages([bad, good("next", ran)], options, settings())).toBe(false);
    expect(ran).toEqual(["next"]);
    expect(printed.join("\n")).toMatch(/FAILED one\n[^]*ended with 3\n\s+no such pod/);
    expect(printed.at(-1)).toBe("2 passed, 1 failed");
  });

  test("ends at a failed gate, but removes the cluster", async () => {
    const ran: string[] = [];
    const gate = stage("gate", () => Promise.reject(new Error("no cluster")), "gate");
    expect(
      await runStages([good("first", ran), gate, good("never", ran), good("z", ran, "end")], options, settings()),
    ).toBe(false);
    expect(ran).toEqual(["first", "z"]);
    expect(readFileSync(join(folder, "gathered/pods.txt"), "utf8")).not.toBe("");
  }, 60_000);

  test.each([
    ["before the cluster goes, the last first", options, ["two", "one", "z"]],
    ["where the cluster stays", { ...options, keep: true }, ["two", "one"]],
    ["where the end is left out", { ...options, skip: ["z"] }, ["two", "one"]],
  ])("closes what it opened %s", async (_when, asked, wanted) => {
    const ran: string[] = [];
    const open = stage("open", ({ onEnd }) => {
      onEnd(() => void ran.push("one"));
      onEnd(() => void ran.push("two"));
      return Promise.resolve();
    });
    await runStages([open, good("z", ran, "end")], asked, settings());
    expect(ran).toEqual(wanted);
  });

  test("with --keep and --skip skips those stages", async () => {
    const ran: string[] = [];
    const stages = [good("a", ran), good("b", ran), good("z", ran, "end")];
    expect(await runStages(stages, { ...options, keep: true, skip: ["a"] }, settings())).toBe(true);
    expect(ran).toEqual(["b"]);
    expect(printed.join("\n")).toContain("LEFT OUT a");
  });

  test("without any check fails", async () => {
    expect(await runStages([], options, settings())).toBe(false);
  });
});

describe("a dry run", () => {
  test("names the stages and their commands, and runs none", () => {
    const loud: Stage = {
      ...stage("loud", () => Promise.reject(new Error("ran"))),
      commands: () => ({ a: node("1") }),
    };
    const text = describeRun(
      [loud, stage("z", () => Promise.resolve(), "end")],
      { ...options, keep: true },
      settings(),
    );
    expect(text.split("\n")).toEqual(["loud: The loud", `    $ ${process.execPath} -e 1`, "z: The z (left out)"]);
  });
});

describe("a command", () => {
  test("is quoted for a shell", () => {
    expect(toText({ command: ["a", "b c", "it's"], input: "x" })).toBe("a 'b c' 'it'\\''s' <input");
  });

  test("gets its input and its environment, and its output is logged", async () => {
    const program =
      "process.stdin.on('data', (text) => console.log(process.env.WORD + text)).on('end', () => process.exit(4))";
    const log = join(folder, "log");
    expect(await execute({ ...node(program), env: { WORD: "a" }, input: "b" }, log)).toMatchObject({
      status: 4,
      stdout: "ab\n",
    });
    expect(readFileSync(log, "utf8")).toContain("\nab\n");
  });

  test("that prints a secret writes it to no log", async () => {
    const log = join(folder, "secret");
    expect((await execute({ ...node("console.log('pass' + 'word-1')"), isSecret: true }, log)).stdout).toBe(
      "password-1\n",
    );
    expect(readFileSync(log, "utf8")).not.toContain("password-1");
  });

  test("that takes too long is ended", async () => {
    const { status, stderr } = await execute({ ...node("setInterval(() => {}, 1000)"), seconds: 1 });
    expect(status).toBeNull();
    expect(stderr).toContain("ended after 1 s");
  });

  test("that is not installed says so", async () => {
    expect(await execute({ command: ["no-such-program-7a1"] })).toMatchObject({
      status: null,
      stderr: expect.stringContaining("ENOENT"),
    });
  });
});
