/**
 * `PROGRAM` (JSON: command, args, log, url) as a program of ours: says that it listens once its address answers, and ends
 * with us, however we end.
 */
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { isReady } from "./wait.mjs";

const { command, args, log, url } = JSON.parse(process.env.PROGRAM);
const file = openSync(log, "a");
const child = spawn(command, args, { stdio: ["ignore", file, file] });
let isOver = false;

// Where we are killed, the kernel closes this pipe. Windows has no sh.
if (child.pid)
  spawn("sh", ["-c", "read _; kill -9 $0", String(child.pid)], { stdio: ["pipe", "ignore", "ignore"] })
    .on("error", () => undefined)
    .unref();

child.once("error", (error) => end(`cannot be started: ${error.message}`));
child.once("exit", (code, signal) => end(`ended (${signal ?? `code ${code}`})`));
process.on("exit", () => child.kill("SIGKILL"));
for (const signal of ["SIGTERM", "SIGINT"])
  process.once(signal, () => {
    isOver = true;
    child.kill("SIGTERM");
  });

/** Its last lines, because the log goes with the folder of the run. */
const lastLines = () => readFileSync(log, "utf8").trimEnd().split("\n").slice(-10).join("\n");

function end(how) {
  if (!isOver) console.error(`${lastLines()}\n${command} ${how}`.trimStart());
  process.exit(isOver ? 0 : 1);
}

if (await isReady(url, { isOver: () => isOver }))
  console.log(JSON.stringify({ level: "info", msg: "listening", port: Number(new URL(url).port) }));
else end(`does not answer on ${url}`);
