/** `npm run docs:faults`: writes docs/faults.md from the table that the resilience suite tests. */
import { mkdirSync, writeFileSync } from "node:fs";
import { renderFaults } from "../test/resilience/fault-docs.ts";

const folder = new URL("../docs/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("faults.md", folder), renderFaults());
