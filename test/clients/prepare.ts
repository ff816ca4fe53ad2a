import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../../harness/child.ts";
import { type Command, hash, run, unlessDone } from "../support/install.ts";
import { clients, type ClientName } from "../../docs/generate/client-matrix.ts";
import { recipes, type Recipe } from "./recipes.ts";

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

async function sourcesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
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
 * vitest's globalSetup of the matrix: installs and compiles what is not yet, as many clients at once as there are
 * processors, and names those whose toolchain is missing. `CLIENTS` may name some of them, comma-separated.
 */
export default async function setup(project: TestProject) {
  const wanted = process.env["CLIENTS"]?.split(",");
  const prepared: Partial<Record<ClientName, Prepared>> = {};
  // Compilers take the longest.
  const isCompiled = ({ name }: { name: ClientName }) => recipes[name].compile !== undefined;
  const waiting = clients
    .filter(({ name }) => !wanted || wanted.includes(name))
    .toSorted((a, b) => Number(isCompiled(b)) - Number(isCompiled(a)));
  async function prepareNext(): Promise<void> {
    const next = waiting.shift();
    if (next === undefined) return;
    const { name, title } = next;
    const started = Date.now();
    const found = await prepare(name);
    prepared[name] = found;
    if (found.state === "missing") console.warn(`LEFT OUT client ${title}: ${found.why}`);
    if (Date.now() - started > 5000) console.log(`${title} was made in ${Math.round((Date.now() - started) / 1000)} s`);
    return prepareNext();
  }
  await Promise.all(Array.from({ length: availableParallelism() }, prepareNext));
  project.provide("clients", prepared);
}
