import { createGitHub } from "../stand-in/app.ts";
import { serveGitHub } from "../stand-in/serve.ts";
import { startChild } from "./child.ts";

export interface StandIn {
  /** Its origin, without a trailing slash. */
  url: string;
  stop: () => Promise<void>;
}

/** Starts the GitHub stand-in as a separate process. */
export async function startStandIn(): Promise<StandIn> {
  const child = await startChild("stand-in/main.ts", {});
  return { url: `http://127.0.0.1:${child.port}`, stop: child.stop };
}

/** Serves the same from this process: it starts faster, and many of them serve only a few tests. */
export async function serveStandIn(): Promise<StandIn> {
  const served = await serveGitHub(createGitHub());
  return { url: served.url, stop: () => served.close() };
}
