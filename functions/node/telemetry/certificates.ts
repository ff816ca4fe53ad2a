import { readFileSync } from "node:fs";
import type { Log } from "../../core/ports.ts";
import { parseConfig, text } from "../../core/config/parser.ts";

const file = () => text(undefined, () => true, "name a file", "");

/** OpenTelemetry's variables that name files, which a Worker does not have. */
export const certificateSettings = {
  OTEL_EXPORTER_OTLP_CERTIFICATE: file(),
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: file(),
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: file(),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: file(),
  OTEL_EXPORTER_OTLP_CLIENT_KEY: file(),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: file(),
};

/** The TLS option of each variable (https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions). */
const options = { ca: "CERTIFICATE", cert: "CLIENT_CERTIFICATE", key: "CLIENT_KEY" } as const;

/**
 * The files that OpenTelemetry's variables name. An unreadable file counts as unset, and the log names its variable.
 */
export function readCertificates(
  env: Record<string, unknown>,
  log: Log,
): Partial<Record<keyof typeof options, Buffer>> {
  const settings = parseConfig(certificateSettings, env);
  const files = Object.entries(options).map(([option, name]) => {
    const setting = ([`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`] as const).find(
      (one) => settings[one] !== undefined,
    );
    if (setting === undefined) return [];
    try {
      return [[option, readFileSync(settings[setting]!)]];
    } catch {
      log("warn", "setting ignored", { setting, reason: "must name a file that can be read" });
      return [];
    }
  });
  return Object.fromEntries(files.flat());
}
