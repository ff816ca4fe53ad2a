import type { Gist } from "../edge/gists.ts";

/** Which gists of a list are shown, and in which order. */
export interface Selection {
  /** Words, each of which is in the description, a file's name or the owner's name. */
  filter?: string | undefined;
  language?: string | undefined;
  sort?: Sort | undefined;
}

/** The orders, besides GitHub's own. */
export type Sort = "updated" | "created" | "oldest" | "comments" | "files" | "name";

const orders: Record<Sort, (a: Gist, b: Gist) => number> = {
  updated: (a, b) => byTime(a.updatedAt, b.updatedAt),
  created: (a, b) => byTime(a.createdAt, b.createdAt),
  oldest: (a, b) => byTime(b.createdAt, a.createdAt),
  comments: (a, b) => b.comments - a.comments,
  files: (a, b) => b.files.length - a.files.length,
  name: (a, b) => toName(a).localeCompare(toName(b), "en", { numeric: true }),
};

export const isSort = (text: string | undefined): text is Sort => text !== undefined && Object.hasOwn(orders, text);

/** The gists of a selection, in its order; of the same rank in GitHub's. */
export function select(gists: readonly Gist[], { filter = "", language, sort }: Selection): Gist[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = gists.filter((gist) => {
    if (language !== undefined && !gist.files.some((file) => file.language === language)) return false;
    if (words.length === 0) return true;
    const text = toText(gist);
    return words.every((word) => text.includes(word));
  });
  return sort === undefined ? found : found.toSorted(orders[sort]);
}

/** The languages of a list, the commonest first. */
export function toLanguages(gists: readonly Gist[]): string[] {
  const counts = new Map<string, number>();
  for (const { files } of gists) {
    for (const language of new Set(files.map((file) => file.language)))
      if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].toSorted(([a, n], [b, m]) => m - n || a.localeCompare(b, "en")).map(([language]) => language);
}

function byTime(a: string | undefined, b: string | undefined): number {
  return (Date.parse(b ?? "") || 0) - (Date.parse(a ?? "") || 0);
}

const toName = ({ files, id }: Gist) => files[0]?.filename ?? id;

function toText({ description, files, owner }: Gist): string {
  return [description, ...files.map(({ filename }) => filename), owner?.login ?? ""].join("\n").toLowerCase();
}
