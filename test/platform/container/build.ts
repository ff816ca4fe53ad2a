/** The image, built for real, and what tells two builds apart. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../harness/built.mjs";
import { buildCommand, builder } from "../../../scripts/image.mjs";
import type { Engine } from "./engine.ts";
import { type Base, makeLocalBase } from "./local-base.ts";

/** The two bases as the Dockerfile names them, its ARGs put in. */
function bases(): Record<Base, string> {
  const text = readFileSync(join(root, "Dockerfile"), "utf8");
  const args = Object.fromEntries([...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
  const toName = (value = "") => value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? "");
  return { build: toName(args["BUILD_IMAGE"]), run: toName(args["RUN_IMAGE"]) };
}

/**
 * Has both bases, the real ones if they can be pulled.
 * @returns those that a stand-in had to be made for
 */
export async function provideBases(engine: Engine): Promise<string[]> {
  const standIns: string[] = [];
  for (const [kind, name] of Object.entries(bases()) as [Base, string][]) {
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
 * @throws Error with what Docker printed, if it fails
 */
export async function buildImage(engine: Engine, tag: string): Promise<void> {
  // The private engine has no network but the machine's.
  const args = buildCommand(tag, ["--no-cache", "--network=host"], engine.client);
  const { env } = builder(engine.client);
  const child = engine.spawn([...args, root], { stdio: ["ignore", "pipe", "pipe"], env });
  let text = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`docker build ended with code ${code}\n${text}`);
}

/** What `docker inspect` says of an image, of which only some is used here. */
export interface Image {
  Id: string;
  Size: number;
  Os: string;
  Architecture: string;
  RootFS: { Layers: string[] };
  Config: {
    Labels: Record<string, string>;
    User: string;
    StopSignal: string;
    ExposedPorts: object;
    Env: string[];
    Entrypoint: string[];
    Cmd: string[];
  };
}

export async function inspectImage(engine: Engine, tag: string): Promise<Image> {
  return JSON.parse(await engine.docker("image", "inspect", tag))[0];
}
