import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startNode } from "../harness/start-node.ts";
import { buildIfNeeded, root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check openapi

Lints the OpenAPI documents of the built Node server, 3.1 and 3.0, by redocly.yaml.
`;
readOptions({ usage });

buildIfNeeded();

const server = await startNode({});
mkdirSync(join(root, ".cache"), { recursive: true });

async function save(name) {
  const response = await fetch(`${server.url}/${name}`);
  if (!response.ok) throw new Error(`/${name} answered ${response.status}`);
  const document = join(root, ".cache", name);
  // Indented, so that the linter's line numbers say something.
  writeFileSync(document, JSON.stringify(await response.json(), null, 2));
  return document;
}

const documents = await Promise.all(["openapi.json", "openapi-3.0.json"].map(save)).finally(() => server.stop());

const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/@redocly/cli/bin/cli.js"), "lint", ...documents, "--config", join(root, "redocly.yaml")],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  },
);
process.exitCode = status ?? 1;
