import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { setPriority } from "node:os";
import { basename, join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../../harness/child.ts";
import { clients, type ClientName } from "../../docs/generate/client-matrix.ts";
import { recipes, type Command, type Recipe } from "./recipes.ts";

/** A client that can be run, or why it cannot. */
export type Prepared =
  | { state: "ready"; program: Command; snippet: Command }
  /** A toolchain is not on this machine. */
  | { state: "missing"; why: string }
  | { state: "failed"; why: string };

declare module "vitest" {
  interface ProvidedContext {
    clients: Partial<Record<ClientName, Prepared>>;
  }
}

const cacheRoot = join(root, ".cache/clients");

/** Runs a command at the lowest priority: the first build takes minutes. */
async function run([file = "", ...args]: Command, cwd: string): Promise<{ ok: boolean; output: string }> {
  const env = { ...process.env, GOTOOLCHAIN: "local", CARGO_TERM_COLOR: "never" };
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) setPriority(child.pid, 19);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => output.push(text));
  const ended = once(child, "close").then(
    ([code]) => code === 0,
    (error: Error) => (output.push(error.message), false),
  );
  return { ok: await ended, output: output.join("") };
}

async function hash(folder: string, names: readonly string[]): Promise<string> {
  const sum = createHash("sha256");
  for (const name of names) sum.update(`${name}\0`).update(await readFile(join(folder, name)));
  return sum.digest("hex").slice(0, 16);
}

async function sourcesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

/** Runs `commands` unless they were, for that `content`; a stamp in the cache says so. */
async function unlessDone(stamp: string, content: string, cwd: string, commands: readonly Command[]): Promise<void> {
  const known = await readFile(stamp, "utf8").catch(() => "");
  if (known === content) return;
  for (const command of commands) {
    const { ok, output } = await run(command, cwd);
    if (!ok) throw new Error(`${command.join(" ")}\n${output.slice(-4000)}`);
  }
  await writeFile(stamp, content);
}

/** What is installed and compiled is kept by the content that it came from; of other contents nothing is kept. */
async function make(name: ClientName, recipe: Recipe): Promise<string> {
  const pinned = await hash(recipe.source, recipe.pinned);
  const cache = join(cacheRoot, `${name}-${pinned}`);
  await mkdir(cache, { recursive: true });
  for (const entry of await readdir(cacheRoot)) {
    if (entry !== basename(cache) && new RegExp(`^${name}-[0-9a-f]{16}$`).test(entry))
      await rm(join(cacheRoot, entry), { recursive: true, force: true });
  }
  // npm installs beside the files that it reads.
  for (const file of recipe.copied ? recipe.pinned : []) await copyFile(join(recipe.source, file), join(cache, file));
  await unlessDone(join(cache, "installed"), pinned, recipe.source, recipe.install(cache));
  for (const file of recipe.copied ?? []) await copyFile(file, join(cache, basename(file)));
  const sources = await hash(recipe.source, await sourcesOf(recipe.source));
  await unlessDone(join(cache, "compiled"), sources, recipe.source, recipe.compile?.(cache) ?? []);
  return cache;
}

async function prepare(name: ClientName): Promise<Prepared> {
  const recipe = recipes[name];
  for (const { command, install } of recipe.needs) {
    if (!(await run(command, root)).ok) return { state: "missing", why: `needs ${command[0]} (${install})` };
  }
  try {
    const cache = await make(name, recipe);
    return { state: "ready", program: recipe.program(cache), snippet: recipe.snippet(cache) };
  } catch (error) {
    return { state: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * vitest's globalSetup of the matrix: installs and compiles what is not yet, one client after another, and names those
 * whose toolchain is missing. `CLIENTS` may name some of them, comma-separated.
 */
export default async function setup(project: TestProject) {
  const wanted = process.env["CLIENTS"]?.split(",");
  const prepared: Partial<Record<ClientName, Prepared>> = {};
  for (const { name, title } of clients) {
    if (wanted && !wanted.includes(name)) continue;
    const started = Date.now();
    const found = await prepare(name);
    prepared[name] = found;
    if (found.state === "missing") console.warn(`LEFT OUT client ${title}: ${found.why}`);
    if (Date.now() - started > 5000) console.log(`${title} was made in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  project.provide("clients", prepared);
}
