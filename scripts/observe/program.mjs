/**
 * `PROGRAM` (JSON: command, args, log, url) as a program of ours: says that it listens once its address answers, and ends
 * with us, however we end.
 */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { isReady } from "./wait.mjs";

const { command, args, log, url } = JSON.parse(process.env.PROGRAM);
const file = openSync(log, "a");
const child = spawn(command, args, { stdio: ["ignore", file, file] });
let isOver = false;

child.once("error", (error) => end(`cannot be started: ${error.message}`));
child.once("exit", (code, signal) => end(`ended (${signal ?? `code ${code}`})`));
process.on("exit", () => child.kill("SIGKILL"));
for (const signal of ["SIGTERM", "SIGINT"])
  process.once(signal, () => {
    isOver = true;
    child.kill("SIGTERM");
  });

function end(how) {
  if (!isOver) console.error(`${command} ${how}; its output is in ${log}`);
  process.exit(isOver ? 0 : 1);
}

if (await isReady(url, { isOver: () => isOver }))
  console.log(JSON.stringify({ level: "info", msg: "listening", port: Number(new URL(url).port) }));
else end(`does not answer on ${url}`);
