import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Folders of the root that import each other, with a file that does so. Tests beside their sources are left out. */
function readRooms(): Map<string, Map<string, string>> {
  const rooms = new Map<string, Map<string, string>>();
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of String(listed).split("\n")) {
    if (!/^\w[\w-]*\/.*\.(?:mjs|ts)$/.test(file) || (file.endsWith(".test.ts") && !file.startsWith("test/"))) continue;
    let text: string;
    try {
      text = readFileSync(join(root, file), "utf8");
    } catch {
      // It is deleted, and that is not committed yet.
      continue;
    }
    const [from = ""] = file.split("/");
    for (const [, path = ""] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g)) {
      const [to = ""] = normalize(join(dirname(file), path)).split(/[\\/]/);
      // Build output belongs to no folder.
      if (to === from || to === "dist") continue;
      const imports = rooms.get(from) ?? new Map<string, string>();
      rooms.set(from, imports.set(to, file));
    }
  }
  return rooms;
}

const rooms = readRooms();

test("only tests import test/", () => {
  const importers = [...rooms].filter(([name, imports]) => name !== "test" && imports.has("test"));
  expect(importers.map(([, imports]) => imports.get("test"))).toEqual([]);
});

test("folders import each other one way", () => {
  expect([...(rooms.get("test") ?? new Map()).keys()]).toEqual(expect.arrayContaining(["scripts", "harness", "e2e"]));
  // Those that import nothing of the rest are taken away, again and again: what is left imports itself in a circle.
  let left = [...rooms];
  for (let before = -1; before !== left.length;) {
    before = left.length;
    left = left.filter(([, imports]) => left.some(([name]) => imports.has(name)));
  }
  expect(left.map(([name, imports]) => `${name}: ${[...imports].map((pair) => pair.join(" by ")).join(", ")}`)).toEqual(
    [],
  );
});
