import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startNode } from "../harness/start-node.ts";
import { buildIfNeeded, root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check openapi

Lints the OpenAPI document of the built Node server, by redocly.yaml.
`;
readOptions({ usage });

buildIfNeeded();

const server = await startNode({});
const response = await fetch(`${server.url}/openapi.json`).finally(() => server.stop());
if (!response.ok) throw new Error(`/openapi.json answered ${response.status}`);

mkdirSync(join(root, ".cache"), { recursive: true });
const document = join(root, ".cache/openapi.json");
// Indented, so that the linter's line numbers say something.
writeFileSync(document, JSON.stringify(await response.json(), null, 2));

const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/@redocly/cli/bin/cli.js"), "lint", document, "--config", join(root, "redocly.yaml")],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  },
);
process.exitCode = status ?? 1;
