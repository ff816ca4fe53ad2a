import type { TestProject } from "vitest/node";
import { startStandIn } from "../../../harness/start-stand-in.ts";
import { builder, image } from "../../../scripts/image.mjs";
import { buildImage, provideBases } from "./build.ts";
import { type Address, createEngine, openEngine } from "./engine.ts";

declare module "vitest" {
  interface ProvidedContext {
    container: {
      engine: Address;
      /** Name of the image that was built. */
      tag: string;
      /** Origin of the GitHub stand-in. */
      github: string;
    };
  }
}

/**
 * vitest's globalSetup: an engine and the image, built without a cache. The image has a name of its own, and is removed
 * afterwards.
 */
export default async function setUp(project: TestProject) {
  const { address, isPrivate, close } = await openEngine();
  const engine = createEngine(address);
  const closing: (() => Promise<unknown>)[] = [close];
  const tearDown = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const own = isPrivate ? ", an engine of our own" : "";
    console.log(`Docker ${engine.version}${own}, ${builder(engine.client).name}`);
    for (const base of await provideBases(engine))
      console.log(`STAND-IN for ${base}: it cannot be pulled here, so these tests say nothing of the real base`);
    const github = await startStandIn();
    closing.push(github.stop);
    const tag = `${image}-check-first`;
    closing.push(() => engine.docker("image", "rm", "--force", tag).catch(() => {}));
    await buildImage(engine, tag);
    project.provide("container", { engine: address, tag, github: github.url });
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
