import { Buffer } from "node:buffer";
import type { Data } from "./data.ts";
import { blobOf, contentLimit, filesLimit, textFile, type GistFile } from "./files.ts";
import type { Comment, Gist, Revision } from "./gists.ts";
import type { ApiVersion, Media } from "./env.ts";
import { commentNodeId, gistNodeId } from "./node-ids.ts";
import { toPublicUser, toUser, type Person } from "./people.ts";
import { toTime } from "./seeded.ts";

const api = "https://api.github.com";

const userOrNull = (person: Person | undefined) => (person ? toUser(person) : null);

/** A gist in a list (`base-gist`): no content, and no `user` in the later version. */
export function toListItem(gist: Gist, version: ApiVersion) {
  const { user: _, ...rest } = toSummary(gist);
  return version === "2022-11-28" ? { ...rest, user: null } : rest;
}

/** A gist among forks, as `fork_of`, or the frame of a single one (`gist-simple`): `user` in both versions. */
export function toSummary(gist: Gist) {
  const url = `${api}/gists/${gist.id}`;
  return {
    url,
    forks_url: `${url}/forks`,
    commits_url: `${url}/commits`,
    id: gist.id,
    node_id: gistNodeId(gist.owner.id, gist.id),
    git_pull_url: `https://gist.github.com/${gist.id}.git`,
    git_push_url: `https://gist.github.com/${gist.id}.git`,
    html_url: `https://gist.github.com/${gist.id}`,
    files: byName(gist, (file) => toFile(gist, file)),
    public: gist.public,
    created_at: toTime(gist.createdAt),
    updated_at: toTime(gist.updatedAt),
    description: gist.description,
    comments: gist.comments.length,
    user: null,
    comments_enabled: true,
    comments_url: `${url}/comments`,
    owner: toUser(gist.owner),
    truncated: gist.files.length > filesLimit,
  };
}

/** A single gist (`gist-simple`), as of `revision` where given. */
export function toGist(latest: Gist, data: Data, version: ApiVersion, media: Media, revision?: Revision) {
  const gist = asOf(latest, revision ? latest.revisions.indexOf(revision) : 0);
  let given = 0;
  const parent = gist.forkOf === undefined ? undefined : data.gist(gist.forkOf);
  const old = () => ({
    forks: data.forksOf(gist).map((fork) => ({
      url: `${api}/gists/${fork.id}`,
      user: toPublicUser(fork.owner, data.gistsOf(fork.owner).length),
      id: fork.id,
      created_at: toTime(fork.createdAt),
      updated_at: toTime(fork.updatedAt),
    })),
    history: gist.revisions.map((item) => toCommit(gist, item)),
  });
  return {
    ...toSummary(gist),
    files: byName(gist, (file) => {
      const content = toContent(file, media, given >= contentLimit);
      given += content.content.length;
      return { ...toFile(gist, file), ...content };
    }),
    ...(version === "2022-11-28" && old()),
    ...(parent && { fork_of: toSummary(parent) }),
  };
}

/** One of `/gists/:id/commits` (`gist-commit`), and of a gist's `history`. */
export function toCommit(gist: Gist, revision: Revision) {
  return {
    user: toUser(gist.owner),
    version: revision.version,
    committed_at: toTime(revision.committedAt),
    change_status: revision.change ?? {},
    url: `${api}/gists/${gist.id}/${revision.version}`,
  };
}

/** A comment (`gist-comment`); the media type chooses body, body_text, body_html. */
export function toComment(gist: Gist, comment: Comment, media: Media) {
  const html = `<p dir="auto">${comment.body.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</p>`;
  const { param } = media;
  return {
    id: comment.id,
    node_id: commentNodeId(gist.owner.id, gist.id, comment.id),
    url: `${api}/gists/${gist.id}/comments/${comment.id}`,
    ...(param !== "text" && param !== "html" && { body: comment.body }),
    ...((param === "text" || param === "full") && { body_text: comment.body }),
    ...((param === "html" || param === "full") && { body_html: html }),
    user: userOrNull(comment.author),
    created_at: toTime(comment.at),
    updated_at: toTime(comment.at),
    author_association: comment.author?.id === gist.owner.id ? "OWNER" : "NONE",
  };
}

/** Own properties whatever the name: a file may be called `__proto__`. */
function byName<T>(gist: Gist, of: (file: GistFile) => T): Record<string, T> {
  return Object.fromEntries(gist.files.slice(0, filesLimit).map((file) => [file.filename, of(file)]));
}

function toFile(gist: Gist, file: GistFile) {
  const { filename, type, language, size } = file;
  const base = `https://gist.githubusercontent.com/${gist.owner.login}/${gist.id}/raw/${blobOf(file)}`;
  return { filename, type, language, raw_url: `${base}/${encodeURIComponent(filename)}`, size };
}

function toContent(file: GistFile, media: Media, isLeftOut: boolean) {
  const content = isLeftOut ? "" : file.content();
  const encode = media.param === "base64" && file.encoding !== "base64";
  return {
    truncated: isLeftOut || file.size > contentLimit,
    content: encode ? Buffer.from(content).toString("base64") : content,
    encoding: encode ? "base64" : file.encoding,
  };
}

/** The file of that name and blob in any of the gist's revisions. */
export function findBlob(gist: Gist, blob: string, filename: string): GistFile | undefined {
  for (let age = 0; age < gist.revisions.length; age++) {
    const file = asOf(gist, age).files.find((one) => one.filename === filename);
    if (file && blobOf(file) === blob) return file;
  }
  return undefined;
}

/** The gist as it was `age` revisions ago: its text files had fewer lines. */
function asOf(gist: Gist, age: number): Gist {
  if (age === 0) return gist;
  const revisions = gist.revisions.slice(age);
  if (revisions[0]?.files) return { ...gist, files: revisions[0].files, revisions };
  const files = gist.files.map((file) => {
    if (file.encoding === "base64" || file.size > contentLimit) return file;
    const lines = file.content().split("\n");
    const kept = Math.max(1, Math.floor((lines.length * (gist.revisions.length - age)) / gist.revisions.length));
    return textFile(file.filename, lines.slice(0, kept).join("\n"));
  });
  return { ...gist, files, revisions };
}
