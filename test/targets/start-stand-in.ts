import { startChild } from "./child.ts";

export interface StandIn {
  /** Its origin, without a trailing slash. */
  url: string;
  stop: () => Promise<void>;
}

/** Starts the GitHub stand-in as a process of its own. */
export async function startStandIn(): Promise<StandIn> {
  const child = await startChild("test/github/main.ts", {});
  return { url: `http://127.0.0.1:${child.port}`, stop: child.stop };
}
