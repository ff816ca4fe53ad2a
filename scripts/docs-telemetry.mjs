/** `npm run docs:telemetry`: writes docs/telemetry.md from the tables in code. */
import { writeFileSync } from "node:fs";
import { renderTelemetry, telemetryPath } from "../test/docs/render-telemetry.ts";

writeFileSync(telemetryPath, renderTelemetry());
console.log(telemetryPath);
