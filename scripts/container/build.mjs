/** The image, built for real, and what tells two builds apart. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/built.mjs";
import { buildCommand, builder } from "../image.mjs";
import { makeLocalBase } from "./local-base.mjs";

/** The two bases as the Dockerfile names them, its ARGs put in. */
function bases() {
  const text = readFileSync(join(root, "Dockerfile"), "utf8");
  const args = Object.fromEntries([...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
  const toName = (value) => value.replaceAll(/\$\{(\w+)\}/g, (_, name) => args[name]);
  return { build: toName(args.BUILD_IMAGE), run: toName(args.RUN_IMAGE) };
}

/**
 * Has both bases, the real ones where they can be pulled.
 * @param {import("./engine.mjs").Engine} engine
 * @returns {Promise<string[]>} those that a stand-in had to be made for
 */
export async function provideBases(engine) {
  const standIns = [];
  for (const [kind, name] of Object.entries(bases())) {
    const has = await engine.docker("pull", "--quiet", name).then(
      () => true,
      () => false,
    );
    if (has) continue;
    await makeLocalBase(engine, kind, name);
    standIns.push(name);
  }
  return standIns;
}

/**
 * Builds the work tree's image from nothing: no layer of a former build is used.
 * @param {import("./engine.mjs").Engine} engine
 * @throws {Error} where Docker fails; it has said why
 */
export async function buildImage(engine, tag) {
  // The private engine has no network but the machine's.
  const args = buildCommand(tag, ["--no-cache", "--network=host"], engine.client);
  const { env } = builder(engine.client);
  const child = engine.spawn([...args, root], { stdio: ["ignore", "inherit", "inherit"], env });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`docker build ended with code ${code}`);
}

/** What `docker inspect` says of an image. */
export async function inspectImage(engine, tag) {
  return JSON.parse(await engine.docker("image", "inspect", tag))[0];
}
