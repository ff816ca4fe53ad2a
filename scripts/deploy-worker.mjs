import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { confirm, readOptions, yes } from "./options.mjs";

const usage = `
npm run deploy:worker [-- --name=NAME] [--yes] [-- ...]

Deploys the built Worker to Cloudflare, by wrangler deploy and wrangler.toml. Needs
CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID, or wrangler login. Asks first; needs --yes where
there is no terminal. npm run check worker is its dry run.
`;
const { values, rest } = readOptions({
  usage,
  options: {
    name: { type: "string", value: "NAME", description: "of the Worker; wrangler.toml's by default" },
    ...yes,
  },
  passOn: "whatever else wrangler deploy takes",
});
const name = values.name === undefined ? [] : [`--name=${values.name}`];
await confirm(`Deploy the Worker${values.name ? ` ${values.name}` : ""} to Cloudflare?`, values.yes);

const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
const { status } = spawnSync(process.execPath, [wrangler, "deploy", ...name, ...rest], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;
