import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { oldestNode } from "../../../harness/node-version.mjs";

/** Starts the built server on a Node that claims to be another version, and lacks what came with 22.1. */
function startOn(version: string) {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-old-node-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const old = join(folder, "old.cjs");
  writeFileSync(
    old,
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });
    delete require("node:module").enableCompileCache;`,
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", old, join(root, "dist/node/server.js")],
    { env: { PORT: "0" }, encoding: "utf8", timeout: 20_000 },
  );
  return { status, stdout, stderr };
}

test.each(["20.20.2", "22.9.0", "22.17.1"])("the built server refuses Node %s in one line", (version) => {
  expect(startOn(version)).toEqual({
    status: 1,
    stdout: "",
    stderr: `Edge Gists needs Node ${oldestNode} or later: this is Node ${version}.\n`,
  });
});

test.each([`${oldestNode}.0`, "24.0.0"])("the built server goes on on Node %s", (version) => {
  expect(startOn(version).stderr).not.toContain("needs Node");
});
