import { mkdirSync, writeFileSync } from "node:fs";
import { renderFaults } from "../docs/generate/faults.ts";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:faults

Writes docs/faults.md from the table that the resilience suite tests.
`;
readOptions({ usage });

const folder = new URL("../docs/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("faults.md", folder), renderFaults());
