import { type ExecFileOptions, execFile } from "node:child_process";

/** How a program ended. */
export interface Ended {
  ok: boolean;
  stdout: string;
  stderr: string;
  /** All of its output; the reason, if it could not be started. */
  text: string;
}

/** Runs a program to its end, whatever that is. `input` is its standard input. */
export function run(
  program: string,
  args: readonly string[],
  { input, ...options }: ExecFileOptions & { input?: string } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { maxBuffer: 256 << 20, ...options, encoding: "utf8" },
      (error, stdout, stderr) => {
        const text = stdout + stderr;
        resolve({ ok: error === null, stdout, stderr, text: text || (error?.message ?? "") });
      },
    );
    // A program may end without reading its input.
    if (input !== undefined) child.stdin?.on("error", () => undefined).end(input);
  });
}
