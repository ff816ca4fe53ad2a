import type { Asset } from "../core/ports.ts";
import type { Fetcher } from "./env.ts";

/** Files of the built web folder, which Cloudflare serves through a binding. */
export function createAssets(assets: Fetcher): (name: string) => Promise<Asset | undefined> {
  return async function asset(name) {
    const response = await assets.fetch(`https://assets.local/${encodeURIComponent(name)}`);
    if (!response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    return {
      body: new Uint8Array(await response.arrayBuffer()),
      contentType: response.headers.get("content-type") ?? "application/octet-stream",
    };
  };
}
