import { createGitHub } from "../../stand-in/app.ts";
import { notable } from "../../stand-in/octocat.ts";

interface GistBody {
  id: string;
  updated_at: string;
  files: Record<string, { content: string }>;
  history: { version: string }[];
}

/** What GitHub, as played by the stand-in, says of its resources: what clients must find. */
export interface Facts {
  username: string;
  id: number;
  /** How many gists that user has, by GitHub's lists. */
  gists: number;
  /** A time since which so many have changed. */
  since: { time: string; count: number };
  /** A gist with revisions and forks: one of its files, and that file as it was. */
  gist: { id: string; files: string[]; file: string; content: string; versions: string[]; old: string; forks: number };
  revised: { id: string; versions: string[] };
  talkative: { id: string; comments: number };
  /** A gist whose few comments all have users. */
  quiet: { id: string; comments: number };
  /** Gists of that user that nothing else asks for, one for each client. */
  spare: string[];
}

async function firstOf<T, Found>(items: readonly T[], find: (item: T) => Promise<Found | undefined>): Promise<Found> {
  for (const item of items) {
    const found = await find(item);
    if (found !== undefined) return found;
  }
  throw new Error("the stand-in has no such gist");
}

export async function readFacts(): Promise<Facts> {
  const github = createGitHub({ tokens: ["good-facts"] });
  const read = async <T>(path: string): Promise<T> => {
    const headers = { authorization: "Bearer good-facts", "user-agent": "facts" };
    return (await (await github.fetch(`https://api.github.com${path}`, { headers })).json()) as T;
  };
  const pages = async <T>(path: string): Promise<T[]> =>
    (await Promise.all([1, 2].map((page) => read<T[]>(`${path}?per_page=100&page=${page}`)))).flat();

  const username = "octocat";
  const gists = await pages<GistBody & { owner: { id: number } }>(`/users/${username}/gists`);
  const gist = await read<GistBody>(`/gists/${notable.forked}`);
  const [file = ""] = Object.keys(gist.files);
  const versions = gist.history.map(({ version }) => version);
  const old = await read<GistBody>(`/gists/${gist.id}/${versions.at(-1)}`);
  const quiet = await firstOf(gists, async ({ id }) => {
    const comments = await read<{ user: unknown }[]>(`/gists/${id}/comments`);
    return comments.length > 0 && comments.every(({ user }) => user !== null)
      ? { id, comments: comments.length }
      : undefined;
  });
  const time = gists[40]?.updated_at ?? "";
  const named = new Set<string>(Object.values(notable));
  return {
    username,
    id: gists[0]?.owner.id ?? 0,
    gists: gists.length,
    since: { time, count: gists.filter(({ updated_at }) => updated_at >= time).length },
    gist: {
      id: gist.id,
      files: Object.keys(gist.files).toSorted(),
      file,
      content: gist.files[file]?.content ?? "",
      versions,
      old: old.files[file]?.content ?? "",
      forks: (await pages(`/gists/${gist.id}/forks`)).length,
    },
    revised: {
      id: notable.revised,
      versions: (await pages<{ version: string }>(`/gists/${notable.revised}/commits`)).map(({ version }) => version),
    },
    talkative: { id: notable.talkative, comments: (await pages(`/gists/${notable.talkative}/comments`)).length },
    quiet,
    spare: gists.map(({ id }) => id).filter((id) => !named.has(id) && id !== quiet.id),
  };
}
