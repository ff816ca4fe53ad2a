/** Grafana's packages for pages, of the Grafana that the chart installs, kept in the user's cache. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { toolCache } from "./tools.mjs";

/** What they leave to the page: React, and the font that Grafana's server has. */
const others = ["react@19.2.8", "react-dom@19.2.8", "@fontsource/inter@5.3.0"];

/** The version of Grafana, which its packages have too. */
function grafanaVersion() {
  const { images } = JSON.parse(readFileSync(join(root, "terraform/versions.json"), "utf8"));
  return Object.keys(images)
    .find((name) => name.startsWith("grafana/grafana:"))
    .split(":")[1];
}

/**
 * @returns {string} a folder whose node_modules has `@grafana/data` and `@grafana/ui`, installed if need be
 * @throws {Error} if they cannot be installed
 */
export function grafanaPackages() {
  const version = grafanaVersion();
  const folder = join(toolCache, `grafana-packages@${version}`);
  if (existsSync(folder)) return folder;
  console.error(`installing Grafana's packages ${version}: 450 MB`);
  const fresh = join(toolCache, `.grafana-packages-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  const grafana = ["data", "ui"].map((name) => `@grafana/${name}@${version}`);
  const flags = ["--prefix=.", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", ["install", ...flags, ...grafana, ...others], {
    cwd: fresh,
    stdio: ["ignore", 2, 2],
    // It reads these words. The folder's name may have spaces.
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(`Grafana's packages ${version} could not be installed by npm`);
  }
  renameSync(fresh, folder);
  return folder;
}
