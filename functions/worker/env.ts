/** A binding that responds to requests: https://developers.cloudflare.com/workers/static-assets/binding/ */
export interface Fetcher {
  fetch: (request: Request | string) => Promise<Response>;
}

/** The bindings of wrangler.toml, and settings as variables or secrets. */
export interface Env extends Record<string, unknown> {
  ASSETS: Fetcher;
  /** A KV namespace: the tier that isolates share. Without it each isolate has only its own. */
  CACHE?: object;
  /** Objects of objects/key-turn.ts. Without them each isolate may call GitHub once for a resource. */
  KEY_TURN?: object;
  /** Objects of objects/token-budget.ts. Without them each isolate counts its own calls only. */
  TOKEN_BUDGET?: object;
}
