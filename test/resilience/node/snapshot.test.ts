import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildSnapshot } from "../../../build/image/snapshot.mjs";
import { root } from "../../../harness/built.mjs";

/** `npm run check container` compares whole images; there, two builds mostly have the same process ID. */
test("the snapshot of the same bundle is the same, whichever process makes it", () => {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-snapshot-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, "dist/node/app.js"), join(folder, "app.js"));
  const build = () => {
    buildSnapshot(folder);
    return readFileSync(join(folder, "app.blob"));
  };
  expect(build().equals(build())).toBe(true);
});
