import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../harness/child.ts";
import { serveStandIn, type StandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import type { Target } from "../../harness/target.ts";
import { notable } from "../../stand-in/octocat.ts";
import { type Command, run } from "../support/install.ts";
import { type Place, type Recipe, recipes, source } from "./recipes.ts";
import { install, isThere, type ToolchainName, toolchains } from "./toolchains.ts";

/*
 * Clients that people generate from the OpenAPI documents: each is made, compiled, and asks the built Node server for a
 * gist, for one of its comments, and for the comment with the largest id, which 32 bits do not hold.
 */

const names = Object.keys(toolchains) as ToolchainName[];
const missing = new Set<ToolchainName>();
for (const name of names) if (!(await isThere(name))) missing.add(name);
const isComplete = ({ needs }: Recipe) => needs.every((name) => !missing.has(name));
for (const name of missing) console.warn(`LEFT OUT clients that need ${name}: ${toolchains[name].from}`);

const cache = join(root, ".cache/generators");
const documents = { "3.0": "openapi-3.0.json", "3.1": "openapi.json" };
const gist = notable.talkative;
const folders = {} as Place["in"];
let standIn: StandIn;
let service: Target;
let expected: { gist: string; owner: number; comment: number; missing: 404 };

async function execute(command: Command, cwd: string, env: Record<string, string> = {}): Promise<string> {
  const { ok, output } = await run(command, cwd, env);
  expect(ok, `${command.join(" ")}\n${output.slice(-4000)}`).toBe(true);
  return output;
}

async function read<T>(path: string): Promise<T> {
  return (await (await fetch(`${service.url}${path}`)).json()) as T;
}

beforeAll(async () => {
  for (const name of names) if (!missing.has(name)) folders[name] = await install(name);
  standIn = await serveStandIn();
  service = await startTarget({ runtime: "node", github: standIn.url });
  const { owner } = await read<{ owner: { id: number } }>(`/gists/${gist}`);
  const [comment] = await read<{ id: number }[]>(`/gists/${gist}/comments`);
  expected = { gist, owner: owner.id, comment: comment?.id ?? 0, missing: 404 };
  await mkdir(cache, { recursive: true });
  for (const name of Object.values(documents)) {
    await writeFile(join(cache, name), JSON.stringify(await read(`/${name}`), undefined, 2));
  }
});

afterAll(async () => {
  await service?.stop();
  await standIn?.stop();
});

describe.each(recipes.filter(isComplete))("$title from OpenAPI $version", (recipe) => {
  test("makes a client that compiles, and gets what it asks for", async () => {
    const { title, version, files, commands, program, env } = recipe;
    const folder = `${title}-${version}`.replaceAll(/[^\w.-]+/g, "-");
    // Below npm's folder, where Node and TypeScript find its packages.
    const work = join(cache, "npm/work", folder);
    const place = { in: folders, work, document: join(cache, documents[version]) };
    await rm(work, { recursive: true, force: true });
    await mkdir(join(work, "made"), { recursive: true });
    await writeFile(join(work, "package.json"), JSON.stringify({ type: "commonjs" }));
    for (const [name, file] of Object.entries(files(place))) await copyFile(source(file), join(work, name));
    for (const command of commands(place)) await execute(command, work, env?.(place));
    const output = await execute([...program(place), service.url, gist, String(expected.comment)], work, env?.(place));
    expect(JSON.parse(output)).toEqual(expected);
  });
});

describe.skipIf(missing.has("npm")).each(Object.entries(documents))("OpenAPI %s", (_version, name) => {
  test("is without a finding of Spectral", async () => {
    const spectral = join(folders.npm, "node_modules/@stoplight/spectral-cli/dist/index.js");
    const options = ["--ruleset", source("npm/spectral.yaml"), "--fail-severity", "hint", "--format", "text"];
    await execute([process.execPath, spectral, "lint", join(cache, name), ...options], folders.npm);
  });
});

test.skipIf(process.env["REQUIRE_ALL"] !== "1" && process.env["CI"] !== "true")("no toolchain is missing", () => {
  expect([...missing]).toEqual([]);
});
