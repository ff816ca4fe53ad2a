import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../harness/built.mjs";
import { freePort } from "../../harness/free-port.ts";
import { toolCache } from "../../scripts/tools.mjs";
import { endWithUs, pinned } from "../telemetry/servers.mjs";

let made;
/** A folder for this run, made when it is first needed. */
function folder() {
  if (made) return made;
  made = mkdtempSync(join(tmpdir(), "edge-gists-bench-"));
  // nginx' workers give up root.
  chmodSync(made, 0o755);
  process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** An answer with its fields as sent, those apart that Node writes by itself; `head` is the length of all before the body. */
export function capture(url, headers = {}) {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const pairs = response.rawHeaders.flatMap((name, at, all) => (at % 2 ? [] : [[name, all[at + 1]]]));
        const own = pairs.filter(([name]) => !/^(?:date|connection|keep-alive)$/i.test(name));
        const status = `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\n\r\n`;
        const head = pairs.reduce((sum, [name, value]) => sum + name.length + value.length + 4, status.length);
        resolve({ status: response.statusCode, fields: own.flat(), head, body: Buffer.concat(chunks) });
      });
    }).on("error", reject);
  });
}

/** Starts a program on a core and waits until it answers. */
async function startProgram(core, program, args, env, port, path) {
  const [command, rest] = pinned(core, program, args);
  const child = spawn(command, rest, {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  endWithUs(child);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}${path}`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) break;
    if (tries === 200 || child.exitCode !== null) throw new Error(`${program} does not respond`);
    await sleep(50);
  }
  return { url, pid: child.pid, stop: () => child.kill("SIGKILL") };
}

/** Bare node:http with the bytes and fields of another server's answer. */
export async function startBare(core, answer) {
  const port = await freePort();
  const file = join(folder(), `answer-${port}.json`);
  writeFileSync(file, JSON.stringify({ fields: answer.fields, body: answer.body.toString("base64") }));
  const env = { PORT: String(port), ANSWER: file };
  return startProgram(core, process.execPath, [join(root, "bench/peers/bare.cjs")], env, port, "/");
}

/**
 * FastAPI in a virtual environment of its own; undefined if Python cannot make one.
 * @param {"summary" | "whole"} gists what is left of GitHub's data: the original's five fields, or all
 */
export async function startFastApi(core, github, path, gists = "summary") {
  const requirements = join(root, "bench/peers/fastapi/requirements.txt");
  const venv = join(toolCache, "bench-fastapi");
  const done = join(venv, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (!existsSync(done) || readFileSync(done, "utf8") !== wanted) {
    mkdirSync(venv, { recursive: true });
    const made = [
      ["python3", ["-m", "venv", venv]],
      [join(venv, "bin/pip"), ["install", "-q", "-r", requirements]],
    ].every(([program, args]) => spawnSync(program, args, { stdio: "inherit" }).status === 0);
    if (!made) return undefined;
    writeFileSync(done, wanted);
  }
  const port = await freePort();
  const args = ["main:app", "--app-dir", join(root, "bench/peers/fastapi"), "--port", String(port), "--no-access-log"];
  const env = { GITHUB_API_URL: github, GISTS: gists, CACHE_TTL_SECONDS: "86400", PYTHONDONTWRITEBYTECODE: "1" };
  return startProgram(core, join(venv, "bin/uvicorn"), args, env, port, path);
}

/** nginx with proxy_cache; undefined if it is not installed. */
export async function startNginx(core, github, path) {
  const program = ["/usr/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"].find((at) => existsSync(at));
  if (!program) return undefined;
  const port = await freePort();
  const prefix = join(folder(), "nginx");
  mkdirSync(prefix, { recursive: true });
  const conf = readFileSync(join(root, "bench/peers/nginx/nginx.conf"), "utf8")
    .replace("@PORT@", String(port))
    .replace("@GITHUB_API_URL@", github);
  writeFileSync(join(prefix, "nginx.conf"), conf);
  const args = ["-p", prefix, "-c", join(prefix, "nginx.conf"), "-e", "stderr"];
  const server = await startProgram(core, program, args, {}, port, path);
  const version = /nginx\/(\S+)/.exec(spawnSync(program, ["-v"], { encoding: "utf8" }).stderr)?.[1];
  // Its worker ends with the master only where that is asked to.
  return { ...server, version, stop: () => process.kill(server.pid, "SIGTERM") };
}
