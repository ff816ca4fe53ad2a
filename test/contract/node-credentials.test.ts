import { mkdtemp, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startChild } from "../../harness/child.ts";
import { createTestApp } from "../support/github-app.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { runtime, startBeside, useService } from "./support/service.ts";
import { standIn } from "./support/stand-in.ts";

// Node only: a Worker has no files.
const here = describe.runIf(runtime === "node");

/** A folder of files as Kubernetes mounts a secret: all change at once, by one link. */
async function mount(first: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), "edge-gists-secret-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let version = 0;
  async function swap(files: Record<string, string>): Promise<void> {
    const data = `..${++version}`;
    await mkdir(join(folder, data));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, data, name), text);
    await symlink(data, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  }
  await swap(first);
  for (const name of Object.keys(first)) await symlink(join("..data", name), join(folder, name));
  return { path: (name: string) => join(folder, name), swap };
}

here("files of credentials", () => {
  const service = useService();
  const github = () => standIn(service);
  const app = createTestApp([11]);
  beforeEach(async () => {
    await github().reset();
    await github().addApp(app.settings);
  });

  async function start(env: Record<string, string>) {
    const target = await startBeside(service, { GITHUB_TOKEN: "", ...env });
    onTestFinished(target.stop);
    return { target, ask: () => fetch(`${target.url}/octocat?since=${freshSince()}`) };
  }
  const tokens = async () =>
    (await github().calls(({ path }) => !path.startsWith("/app/"))).map(
      ({ headers }) => headers["authorization"]?.slice("Bearer ".length) ?? "none",
    );

  test("a replaced token is used, the old one is not any more, and calls under way end as they would", async () => {
    const [old, fresh] = [`good-${freshName()}`, `good-${freshName()}`];
    const files = await mount({ token: `${old}\n` });
    const { target, ask } = await start({ GITHUB_TOKEN_FILE: files.path("token") });
    await ask();
    expect(await tokens()).toEqual([old]);
    await github().fault({ kind: "latency", ms: 6000, times: 1 });
    const slow = ask();
    await expect.poll(async () => (await tokens()).length).toBe(2);
    await files.swap({ token: fresh });
    await expect.poll(() => target.logs().some((line) => line.includes("credentials were replaced"))).toBe(true);
    await github().forget();
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect([...answers, await slow].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(await tokens())).toEqual(new Set([fresh]));
  });

  test("tokens of the setting stay", async () => {
    const [first, second, third] = [`good-${freshName()}`, `good-${freshName()}`, `good-${freshName()}`];
    const files = await mount({ token: `${second}, ${third}` });
    const { ask } = await start({ GITHUB_TOKEN: first!, GITHUB_TOKEN_FILE: files.path("token") });
    for (let n = 0; n < 9; n++) await ask();
    expect(new Set(await tokens())).toEqual(new Set([first, second, third]));
  });

  test("what holds no tokens is told, and the last ones are kept", async () => {
    const token = `good-${freshName()}`;
    const files = await mount({ token });
    const { target, ask } = await start({ GITHUB_TOKEN_FILE: files.path("token") });
    await files.swap({ token: " \n" });
    await expect
      .poll(() => target.logs().find((line) => line.includes("a file of credentials is unusable")) ?? "{}")
      .toContain("It holds no tokens");
    await ask();
    expect(await tokens()).toEqual([token]);
  });

  test("a private key that was wrong is replaced without a restart", async () => {
    const files = await mount({ key: createTestApp([11], true).privateKey });
    const { GITHUB_APP_PRIVATE_KEY: _, ...env } = app.env;
    const { ask } = await start({ ...env, GITHUB_APP_PRIVATE_KEY_FILE: files.path("key") });
    await ask();
    expect(await tokens()).toEqual(["none"]);
    await files.swap({ key: app.privateKey });
    await expect.poll(async () => (await ask(), (await tokens()).at(-1))).toMatch(/^ghs_11_/);
  });

  test.each([
    [{ GITHUB_TOKEN_FILE: "/nowhere/token" }, "GITHUB_TOKEN_FILE: must be the path of a readable file (ENOENT)"],
    [{ GITHUB_APP_ID: "1" }, "GITHUB_APP_PRIVATE_KEY: must be set for a GitHub App"],
    [{ ...app.env, GITHUB_APP_PRIVATE_KEY: "none" }, "GITHUB_APP_PRIVATE_KEY: must be an RSA private key"],
    [{ ...app.env, GITHUB_APP_INSTALLATION_IDS: "x" }, "GITHUB_APP_INSTALLATION_IDS: must hold numbers"],
  ])("settings that are wrong stop the start: %o", async (env, message) => {
    await expect(startChild("dist/node/server.js", env)).rejects.toThrow(message);
  });
});
