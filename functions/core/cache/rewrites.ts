import { rewriteBodyUrls } from "../http/body-urls.ts";
import { toTextEtag } from "../http/conditional.ts";
import type { Entry } from "../model.ts";
import type { Ports } from "../ports.ts";
import type { Forms } from "./forms.ts";

/** Where GitHub's bodies lead, whatever base URL the service itself calls. */
export const githubApi = "https://api.github.com";

type Body = Entry["body"];

export type Rewrites = ReturnType<typeof createRewrites>;

/** Entries whose bodies lead to this service. */
export function createRewrites({ config }: Pick<Ports, "config">, forms: Forms) {
  const apis = [...new Set([githubApi, config.GITHUB_API_URL])];

  return {
    /** A body whose URLs lead to a base; the same body if the base is empty. */
    body: (body: Body, base: string): Body => (base === "" ? body : rewriteBodyUrls(body, apis, base)),

    /** Undefined if it does not exist yet. @param base empty if nothing is rewritten */
    at(entry: Entry, base: string): Entry | undefined {
      return base === "" || entry.status !== 200 ? entry : forms.at(entry, base);
    },

    async get(entry: Entry, base: string, key: string): Promise<Entry> {
      const known = this.at(entry, base);
      if (known) return known;
      // Another validator for each base; it covers what the entry's own covers.
      const etag = await toTextEtag(`${entry.etag} ${base}`);
      return forms.get(entry, base, key, etag, () => ({ body: this.body(entry.body, base) }));
    },
  };
}
