import type { Build } from "../build.ts";

export const healthPath = "/health";

/** What a process that lives says. */
export function toHealth({ version }: Build): { status: "healthy"; version: string } {
  return { status: "healthy", version };
}
