import { tool } from "./tools.mjs";
import { run } from "./release/run.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:secrets

Looks for secrets in every commit, by gitleaks; fails where it finds one.
`;
readOptions({ usage });

run(tool("gitleaks"), ["git", "--no-banner", "--redact", "--verbose"]);
