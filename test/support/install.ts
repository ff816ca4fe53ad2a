import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { setPriority } from "node:os";
import { join } from "node:path";

/** A program and its arguments. */
export type Command = readonly string[];

/** Runs a command at the lowest priority: the first build takes minutes. */
export async function run(
  [file = "", ...args]: Command,
  cwd: string,
  more: Record<string, string> = {},
): Promise<{ ok: boolean; output: string }> {
  const env = { ...process.env, GOTOOLCHAIN: "local", CARGO_TERM_COLOR: "never", ...more };
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) setPriority(child.pid, 19);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => output.push(text));
  const ended = once(child, "close").then(
    ([code]) => code === 0,
    (error: Error) => (output.push(error.message), false),
  );
  return { ok: await ended, output: output.join("") };
}

/** What files say, in 16 characters. */
export async function hash(folder: string, names: readonly string[]): Promise<string> {
  const sum = createHash("sha256");
  for (const name of names) sum.update(`${name}\0`).update(await readFile(join(folder, name)));
  return sum.digest("hex").slice(0, 16);
}

/** Runs `commands` unless they were, for that `content`; a stamp in the cache says so. */
export async function unlessDone(
  stamp: string,
  content: string,
  cwd: string,
  commands: readonly Command[],
): Promise<void> {
  const known = await readFile(stamp, "utf8").catch(() => "");
  if (known === content) return;
  for (const command of commands) {
    const { ok, output } = await run(command, cwd);
    if (!ok) throw new Error(`${command.join(" ")}\n${output.slice(-4000)}`);
  }
  await writeFile(stamp, content);
}
