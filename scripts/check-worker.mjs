import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildIfNeeded, root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:worker

Checks what wrangler would upload, by its dry run, without an account and without a network.
`;
readOptions({ usage });

buildIfNeeded();

// A proxy that does not exist: a request to anywhere fails the check.
const nowhere = "http://127.0.0.1:9";
const outdir = join(root, ".cache/wrangler");
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/wrangler/bin/wrangler.js"), "deploy", "--dry-run", "--outdir", outdir],
  {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
      CI: "true",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_SEND_ERROR_REPORTS: "false",
    },
  },
);
const same =
  status === 0 && readFileSync(join(outdir, "worker.js")).equals(readFileSync(join(root, "dist/worker/worker.js")));
if (status === 0 && !same) console.error("wrangler would upload something else than dist/worker/worker.js");
process.exitCode = same ? 0 : 1;
