import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, toText } from "../command.ts";
import { type Settings, toSettings } from "../settings.ts";
import type { Context, Stage } from "../stage.ts";

/** The output of commands, by a pattern of their text; the last matching one applies. A number is an exit code. */
export type Answers = readonly (readonly [RegExp, string | number | ((text: string) => string)])[];

/** The result of a stage's checks: names of the failed ones, with their reasons, and the number of passed ones. */
export interface Outcome {
  passed: string[];
  failed: Record<string, string>;
  figures: Record<string, unknown>;
  ran: string[];
}

/** Settings with a separate folder, and a gateway address without a listener. */
export function fakeSettings(): { settings: Settings; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-stage-"));
  writeFileSync(join(folder, "ca.crt"), "");
  const gateway = { host: "127.0.0.1", http: 9, https: 9 };
  const settings = { ...toSettings({ context: undefined }, {}), folder, private: folder, gateway };
  return { settings, remove: () => rmSync(folder, { recursive: true }) };
}

/** Runs one stage on a fake cluster that consists of canned responses. */
export async function runStage({ commands, run }: Stage, settings: Settings, answers: Answers): Promise<Outcome> {
  const outcome: Outcome = { passed: [], failed: {}, figures: {}, ran: [] };
  const closing: (() => unknown)[] = [];
  const attempt = (command: Command) => {
    const text = toText(command, true);
    outcome.ran.push(text);
    const answer = answers.findLast(([pattern]) => pattern.test(text))?.[1];
    if (answer === undefined) throw new Error(`no answer for ${text}`);
    if (typeof answer === "number") return Promise.resolve({ status: answer, stdout: "", stderr: "refused" });
    const stdout = typeof answer === "function" ? answer(text) : answer;
    return Promise.resolve({ status: 0, stdout, stderr: "" });
  };
  const context: Context = {
    settings,
    attempt,
    run: async (command) => {
      const { status, stdout } = await attempt(command);
      if (status !== 0) throw new Error(`ended with ${status}`);
      return stdout;
    },
    check: async (name, body) => {
      try {
        await body();
        outcome.passed.push(name);
        return true;
      } catch (error) {
        outcome.failed[name] = (error as Error).message;
        return false;
      }
    },
    count: () => undefined,
    figure: (name, value) => void (outcome.figures[name] = value),
    onEnd: (close) => void closing.push(close),
  };
  try {
    await run(context, commands(settings));
  } finally {
    for (const close of closing) await close();
  }
  return outcome;
}

/** A list of pods as kubectl prints it. */
export function podList(...revisions: string[]): string {
  const items = revisions.map((revision, index) => ({
    metadata: { name: `pod-${index}`, labels: { "serving.knative.dev/revision": revision } },
    status: { podIP: `10.0.0.${index + 1}`, conditions: [{ type: "Ready", status: "True" }] },
  }));
  return JSON.stringify({ items });
}
