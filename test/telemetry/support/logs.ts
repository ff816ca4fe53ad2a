/** One line of the log. */
export type Line = Record<string, unknown>;

/** Lines that are JSON objects; a runtime's own words are left out. */
export function logLines(lines: readonly string[]): Line[] {
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Line);
}
