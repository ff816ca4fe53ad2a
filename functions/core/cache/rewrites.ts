import { rewriteBodyUrls } from "../http/body-urls.ts";
import { toEtag } from "../http/conditional.ts";
import type { Entry } from "../model.ts";
import type { Ports } from "../ports.ts";
import { encodingsSize } from "./encodings.ts";

/** Where GitHub's bodies lead, whatever base URL the service itself calls. */
const githubApi = "https://api.github.com";

/** Most bases for which a body is kept rewritten; the first one goes first. */
const maxBases = 4;

type Body = Entry["body"];

/** Rewritten bodies by GitHub's body and base; GitHub's own where nothing is to be changed. */
const kept = new WeakMap<Body, Map<string, Body>>();

/** Bytes derived from a body, for the memory limit: encodings, and rewritten bodies with theirs. */
export function derivedSize(body: Body): number {
  let size = encodingsSize(body);
  for (const rewritten of kept.get(body)?.values() ?? []) {
    if (rewritten !== body) size += rewritten.byteLength + encodingsSize(rewritten);
  }
  return size;
}

export type Rewrites = ReturnType<typeof createRewrites>;

/** Entries whose bodies lead to this service: made once for an entry and a base, by the first request. */
export function createRewrites({ store, config }: Pick<Ports, "store" | "config">) {
  const apis = [...new Set([githubApi, config.GITHUB_API_URL])];
  /** By entry: a confirmed entry is another object with the same body. */
  const entries = new WeakMap<Entry, Map<string, Entry>>();

  return {
    /** Undefined if it does not exist yet. @param base empty if nothing is rewritten */
    at(entry: Entry, base: string): Entry | undefined {
      return base === "" || entry.status !== 200 ? entry : entries.get(entry)?.get(base);
    },

    async get(entry: Entry, base: string, key: string): Promise<Entry> {
      const known = this.at(entry, base);
      if (known) return known;
      const { body } = entry;
      const bodies = kept.get(body) ?? new Map<string, Body>();
      const rewritten = bodies.get(base) ?? rewriteBodyUrls(body, apis, base);
      const made = rewritten === body ? entry : { ...entry, body: rewritten, etag: await toRewrittenEtag(entry, base) };
      keep(bodies, base, rewritten);
      kept.set(body, bodies);
      if (store.recount?.(key) === false) bodies.delete(base);
      else {
        const byBase = entries.get(entry) ?? new Map<string, Entry>();
        keep(byBase, base, made);
        entries.set(entry, byBase);
      }
      return made;
    },
  };
}

function keep<Value>(map: Map<string, Value>, base: string, value: Value): void {
  map.set(base, value);
  if (map.size <= maxBases) return;
  const [oldest] = map.keys();
  map.delete(oldest!);
}

/** Another validator for each base; it covers what the entry's own covers. */
function toRewrittenEtag({ etag }: Entry, base: string): Promise<string> {
  return toEtag(new TextEncoder().encode(`${etag} ${base}`));
}
