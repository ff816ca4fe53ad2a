/**
 * `node log-file.mjs FILE SCRIPT`: runs a script of Node, and passes its output on, to its own output and to a file, which
 * Alloy reads. At 16 MiB the file becomes FILE.1, and a new one begins.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, renameSync, writeSync } from "node:fs";

const most = 16 * 1024 * 1024;
const [path, ...script] = process.argv.slice(2);
let file = openSync(path, "w");
let size = 0;

// With our options, and a channel: the script ends with us by programs/end-with-parent.mjs, where that is among them.
const child = spawn(process.execPath, [...process.execArgv, ...script], {
  stdio: ["ignore", "pipe", "inherit", "ipc"],
});
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill(signal));
process.on("exit", () => child.kill("SIGKILL"));
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});

for await (const chunk of child.stdout) {
  process.stdout.write(chunk);
  if (size + chunk.length > most && size > 0) {
    closeSync(file);
    renameSync(path, `${path}.1`);
    file = openSync(path, "w");
    size = 0;
  }
  writeSync(file, chunk);
  size += chunk.length;
}
