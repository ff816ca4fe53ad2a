import { readdir, readFile, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { context, formatMessages } from "esbuild";
import { appOptions, besideAppOptions, workerOptions } from "./bundles.mjs";
import { commit } from "./commit.mjs";
import { layOutPackages } from "./packages.mjs";
import { finishWeb, webOptions } from "./web.mjs";

/** Which bundles each runtime loads. */
const bundlesOf = { node: ["app", "beside", "web"], worker: ["worker", "web"] };

/**
 * Bundles for development, built again where their sources change: not minified, with source maps. What is wrong is
 * printed; a bundle with an error is not written, so that the last good one stays.
 * @param {string} root of the repository
 * @param {readonly ("node" | "worker")[]} runtimes
 * @param {string} out folder for them, relative to the root; not dist/, which is what is tested and released
 */
export async function createDevBuild(root, runtimes, out) {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const source = { root, version, commit: commit(root), out };
  await rm(join(root, out), { recursive: true, force: true });
  await layOutPackages(source);

  const options = {
    app: appOptions(source),
    beside: besideAppOptions(source),
    worker: workerOptions(source),
    web: webOptions(`${out}/web`, { minify: false, sourcemap: "inline" }),
  };
  const wanted = new Set(runtimes.flatMap((runtime) => bundlesOf[runtime]));
  const bundles = await Promise.all(
    [...wanted].map(async (name) => ({
      name,
      context: await context(options[name]),
      inputs: new Set(),
      isGood: false,
    })),
  );

  /** A change concerns a bundle that has the file in it, and one that lacked something. */
  function concerns({ name, inputs, isGood }, paths) {
    return !isGood || paths.some((path) => inputs.has(path) || (name === "web" && path.startsWith("functions/web/")));
  }

  async function keepOnly(outputs, folder) {
    const names = (await readdir(join(root, folder))).filter((name) => !(`${folder}/${name}` in outputs));
    await Promise.all(names.map((name) => rm(join(root, folder, name))));
  }

  async function rebuild(bundle) {
    try {
      const { metafile, warnings } = await bundle.context.rebuild();
      if (bundle.name === "web") await finishWeb(metafile, `${out}/web`);
      // Names have a hash: the files of an earlier build would be modules of the Worker too.
      if (bundle.name === "worker") await keepOnly(metafile.outputs, `${out}/worker`);
      bundle.inputs = new Set(Object.keys(metafile.inputs));
      bundle.isGood = true;
      return { warnings, errors: [] };
    } catch (error) {
      bundle.isGood = false;
      return { warnings: error.warnings ?? [], errors: error.errors ?? [{ text: error.message }] };
    }
  }

  return {
    /**
     * Builds what a change concerns.
     * @param {readonly string[]} [changed] paths; everything is built without
     * @returns the runtimes that have something new, and whether all bundles are good
     */
    async build(changed) {
      const paths = changed?.map((path) => relative(root, path).replaceAll(sep, "/"));
      const built = bundles.filter((bundle) => !paths || concerns(bundle, paths));
      const messages = await Promise.all(built.map((bundle) => rebuild(bundle)));
      for (const kind of ["warning", "error"])
        await show(
          messages.flatMap((of) => of[`${kind}s`]),
          kind,
        );
      const isGood = built.every((bundle) => bundle.isGood);
      const names = new Set(built.filter((bundle) => bundle.isGood).map(({ name }) => name));
      return {
        isGood,
        runtimes: runtimes.filter((runtime) => bundlesOf[runtime].some((name) => names.has(name))),
      };
    },
    dispose: () => Promise.all(bundles.map((bundle) => bundle.context.dispose())),
  };
}

/** Prints messages of esbuild, each once, with the source that they are about. */
async function show(messages, kind) {
  const once = new Map(messages.map((message) => [JSON.stringify([message.text, message.location]), message]));
  const color = process.stderr.isTTY && !process.env.NO_COLOR;
  const texts = await formatMessages([...once.values()], { kind, color, terminalWidth: process.stderr.columns });
  for (const text of texts) process.stderr.write(text);
}
