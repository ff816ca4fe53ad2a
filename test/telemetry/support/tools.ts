import { spawnSync } from "node:child_process";

/** False if a tool is not on PATH: reported, and a failure if REQUIRE_ALL=1. Both of ours are in Debian's `prometheus`. */
export function hasTool(name: "prometheus" | "promtool"): boolean {
  if (spawnSync(name, ["--version"]).status === 0) return true;
  if (process.env["REQUIRE_ALL"] === "1") throw new Error(`REQUIRE_ALL=1, and ${name} is not on PATH`);
  console.warn(`LEFT OUT: tests with ${name} (Debian: apt-get install prometheus), since it is not on PATH`);
  return false;
}
