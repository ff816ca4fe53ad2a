import { smallFile, everyday, type GistFile } from "./files.ts";
import type { Person } from "./people.ts";
import { hex, number, pick } from "./seeded.ts";

/** One revision; the newest comes first in a gist's list. */
export type Revision = {
  readonly version: string;
  readonly committedAt: number;
  /** GitHub leaves this empty if it has no diff. */
  readonly change: { total: number; additions: number; deletions: number } | undefined;
  /** The files before a later edit; without them they are made from the newest ones. */
  readonly files?: readonly GistFile[];
};

/** A comment. `author` is undefined if the account is gone. */
export type Comment = {
  readonly id: number;
  readonly author: Person | undefined;
  readonly body: string;
  readonly at: number;
};

/** A gist as the stand-in keeps it. Times are milliseconds since 1970. */
export type Gist = {
  readonly id: string;
  readonly owner: Person;
  readonly description: string | null;
  readonly public: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly files: readonly GistFile[];
  readonly revisions: readonly Revision[];
  readonly comments: readonly Comment[];
  readonly forkOf: string | undefined;
};

/** The options of a new gist; all else is derived from the id. */
export type Recipe = {
  readonly id: string;
  readonly owner: Person;
  readonly description?: string | null;
  readonly public?: boolean;
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly files?: readonly GistFile[];
  readonly revisions?: number;
  readonly comments?: readonly Comment[];
  readonly forkOf?: string;
};

/** Makes a gist whole. The same recipe gives the same gist. */
export function createGist(recipe: Recipe): Gist {
  const { id, owner, createdAt } = recipe;
  const updatedAt = recipe.updatedAt ?? createdAt + number(`${id} updated`, 1_500_000) * 1000;
  return {
    id,
    owner,
    description: recipe.description === undefined ? pick(id, descriptions) : recipe.description,
    public: recipe.public ?? true,
    createdAt,
    updatedAt,
    files: recipe.files ?? everydayFiles(id),
    revisions: createRevisions(id, recipe.revisions ?? 1 + number(`${id} revisions`, 3), createdAt, updatedAt),
    comments: recipe.comments ?? [],
    forkOf: recipe.forkOf,
  };
}

/** Comments by several people, one of whom is gone. */
export function createComments(
  gist: string,
  count: number,
  first: number,
  authors: readonly Person[],
  start: number,
): Comment[] {
  return Array.from({ length: count }, (_, n) => ({
    id: first + n,
    author: n % 11 === 10 ? undefined : authors[n % authors.length],
    body: `${pick(`${gist} comment ${n}`, remarks)} (${n + 1})`,
    at: start + n * 3_600_000,
  }));
}

function everydayFiles(id: string): GistFile[] {
  const count = 1 + (number(`${id} files`, 10) > 7 ? number(`${id} more`, 4) : 0);
  return Array.from({ length: count }, (_, n) => {
    const extension = pick(`${id} ${n}`, everyday);
    return smallFile(`${pick(`${id} name ${n}`, names)}${n || ""}.${extension}`, `${id} ${n}`);
  });
}

function createRevisions(id: string, count: number, from: number, to: number): Revision[] {
  return Array.from({ length: count }, (_, age) => {
    const additions = 1 + number(`${id} plus ${age}`, 40);
    const deletions = age === count - 1 ? 0 : number(`${id} minus ${age}`, 12);
    return {
      version: hex(`${id} revision ${count - age}`, 40),
      committedAt: count === 1 ? to : to - Math.floor(((to - from) * age) / (count - 1) / 1000) * 1000,
      change: age % 17 === 13 ? undefined : { total: additions + deletions, additions, deletions },
    };
  });
}

const names = [
  "hello_world",
  "notes",
  "config",
  "snippet",
  "install",
  "main",
  "README",
  "scratch",
  "patch",
  "Grüße",
] as const;

const descriptions = [
  "Hello world!",
  "Some common configurations",
  "",
  null,
  "naïve résumé: ünïcödé",
  "日本語の説明文です",
  "Эта заметка о кэше",
  "מדריך קצר ל-git",
  "ملاحظات حول الخوادم",
  "🐙🐱 octo + cat = ❤️‍🔥",
  "A script that installs everything, twice, and then says so at length: " + "very ".repeat(30) + "long",
  "tabs\tand\nnew lines",
  'quotes " and \\ backslashes',
  "한국어 설명",
  "e\u0301 is not é, and 👩🏽‍💻 is several code points",
] as const;

const remarks = [
  "Thanks, this helped a lot.",
  "Does **not** work with the newest version :cry:",
  "```sh\nnpm ci && npm test\n```",
  "ありがとう！",
  '<script>alert("comment")</script>',
  "See https://example.com/?a=1&b=2 for more.",
] as const;
