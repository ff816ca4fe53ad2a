/** `npm run check:secrets`: looks for secrets in every commit, by gitleaks; fails where one is found. */
import { tool } from "./tools.mjs";
import { run } from "./release/run.mjs";

run(tool("gitleaks"), ["git", "--no-banner", "--redact", "--verbose"]);
