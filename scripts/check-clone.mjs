import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../harness/built.mjs";
import { freePort } from "../harness/free-port.ts";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:clone

Checks what someone gets who clones the repository. Its files, with changes not yet committed, go
into an empty folder; there npm ci, npm run demo and npm start run on the machine's own Node.
Ends only the processes that it started, by their group: not for Windows.
`;
readOptions({ usage });

const clone = mkdtempSync(join(tmpdir(), "edge-gists-"));
const results = { passed: 0, failed: 0 };

/** The environment as it was before npm ran this script, and without a token: the demo needs none. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle|command|execpath|node_execpath|config_.*prefix)|GITHUB_TOKEN$|NODE$|INIT_CWD$)/i.test(
        name,
      ),
  ),
);
env.PATH = env.PATH.split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

function layOut() {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
  for (const file of String(files).split("\0")) {
    if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(clone, file));
  }
}

/** The answer, once there is one; throws where there is none within 3 minutes or the program ended. */
async function ask(child, url) {
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const response = await fetch(url).catch(() => undefined);
    if (response) return response;
  }
  throw new Error(`${url} does not answer`);
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

/** Runs an npm script as a terminal does, checks it, and ends it as Ctrl+C does. */
async function tryOut(script, settings, check) {
  const started = Date.now();
  const child = spawn("npm", ["run", script], {
    cwd: clone,
    env: { ...env, ...settings },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  const exited = once(child, "exit");
  try {
    await check(child);
    process.kill(-child.pid, "SIGINT");
    const ended = await Promise.race([exited, sleep(20_000)]);
    expect(ended !== undefined, "it did not end within 20 s of Ctrl+C");
    console.log(`ok: npm run ${script} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
    results.passed += 1;
  } catch (error) {
    console.error(`FAILED: npm run ${script}: ${error.message}\n`);
    results.failed += 1;
  } finally {
    // Whatever of its group is still there.
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {}
  }
}

async function checkDemo(child, origin) {
  const first = await ask(child, `${origin}/octocat?per_page=2`);
  expect(first.status === 200, `${origin}/octocat answered ${first.status}`);
  expect((await first.json()).length === 2, "two gists a page");
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
  expect(next.startsWith(`${origin}/octocat?`), `its next page is ${next}`);
  expect((await fetch(next)).status === 200, `${next} does not answer 200`);
  const again = await fetch(`${origin}/octocat?per_page=2`);
  expect(/; hit/.test(again.headers.get("cache-status") ?? ""), "the second answer is no hit");
  const page = await fetch(origin, { headers: { accept: "text/html" } });
  expect((await page.text()).includes("<title>Edge Gists"), "no page for browsers");
}

try {
  layOut();
  const { status } = spawnSync("npm", ["ci"], { cwd: clone, env, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`npm ci ended with code ${status}`);

  const [github, node, worker] = [await freePort(), await freePort(), await freePort()].map(String);
  await tryOut("demo", { GITHUB_PORT: github, PORT: node, WORKER_PORT: worker }, async (child) => {
    await checkDemo(child, `http://localhost:${node}`);
    await checkDemo(child, `http://localhost:${worker}`);
  });

  const port = String(await freePort());
  await tryOut("start", { PORT: port }, async (child) => {
    const health = await ask(child, `http://localhost:${port}/health`);
    expect((await health.json()).status === "healthy", "it is not healthy");
  });
} catch (error) {
  console.error(`FAILED: ${error.message}`);
  results.failed += 1;
} finally {
  rmSync(clone, { recursive: true, force: true });
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;
