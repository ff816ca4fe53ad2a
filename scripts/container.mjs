import { startStandIn } from "../harness/start-stand-in.ts";
import { check, sumUp } from "./checks.mjs";
import { buildImage, inspectImage, provideBases } from "./container/build.mjs";
import * as checks from "./container/checks.mjs";
import { openEngine } from "./container/engine.mjs";
import { builder, image } from "./image.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:container

Builds the Dockerfile twice with a real Docker engine, without a cache, and checks the image: its
configuration and files, and how it runs without a place to write and stops under load. As root in
CI (CI=true) it starts an engine of its own where none answers, and ends it.
Last line: N passed, N failed.
`;
readOptions({ usage });

/** A check that takes its time, and says when it is done. */
const say = (name, body) =>
  check(name, async () => {
    await body();
    console.log(`ok: ${name}`);
  });

/** All checks on one engine. The images are of its own names, and taken away again. */
async function checkImage(engine, github) {
  const [first, second] = ["first", "second"].map((name) => `${image}-check-${name}`);
  for (const base of await provideBases(engine))
    console.log(`STAND-IN for ${base}: it cannot be pulled here, so what this says of the base is not of the real one`);
  await say("the versions it names are package.json's", checks.checkVersions);
  try {
    await buildImage(engine, first);
    const built = await inspectImage(engine, first);
    console.log(`size: ${(built.Size / 1e6).toFixed(1)} MB (${built.Os}/${built.Architecture}, base included)`);
    await say("configuration", () => checks.checkConfiguration(built));
    await say("contents", () => checks.checkContents(engine, first));
    await say("answers, read-only and without capabilities", () => checks.checkAnswers(engine, first, github));
    await say("answers as another user", () => checks.checkAnswers(engine, first, github, "1000:1000"));
    await say("docker stop under load fails no request", () => checks.checkDrain(engine, first, github));
    await buildImage(engine, second);
    await say("built again, it is the same", async () =>
      checks.checkSame(built, await inspectImage(engine, second), builder(engine.client).name === "buildx"),
    );
  } finally {
    await engine.docker("image", "rm", "--force", first, second).catch(() => {});
  }
}

try {
  const engine = await openEngine();
  console.log(
    `Docker ${engine.version}${engine.isPrivate ? ", an engine of our own" : ""}, ${builder(engine.client).name}`,
  );
  const github = await startStandIn();
  try {
    await checkImage(engine, github.url);
  } finally {
    await github.stop();
    await engine.close();
  }
} catch (error) {
  await check("an engine and what it needs", () => Promise.reject(error));
}
sumUp();
