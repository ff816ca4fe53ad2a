import { writeFileSync } from "node:fs";
import { renderTelemetry, telemetryPath } from "../docs/generate/telemetry.ts";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:telemetry

Writes docs/telemetry.md from the tables in functions/core.
`;
readOptions({ usage });

writeFileSync(new URL(`../${telemetryPath}`, import.meta.url), renderTelemetry());
console.log(telemetryPath);
