import type { Entry } from "../model.ts";

type Body = Entry["body"];

/**
 * Tags name what a purge takes, as the surrogate keys of CDNs do
 * (https://www.fastly.com/documentation/guides/full-site-delivery/purging/working-with-surrogate-keys/). An entry has:
 *
 * - the tag of its resource, which is path and query in all versions and media types: `users,octocat,gists,page=2,…`
 * - the tag of the gist or the user that its address is below: `gist:<id>` or `user:<login>`
 * - the tag of each gist that its body shows, such as those of a list
 */

/** An entry that is at one of GitHub's addresses of a gist: the gist itself, or a revision of it. */
const gistKey = /,gists,[0-9a-f]+(?:,[0-9a-f]+)?$/;

/** The first one is the tag of the resource, the second one of the gist or the user. A file's bytes have the gist's. */
export function tagsOf(key: string): string[] {
  if (isRaw(key)) return [`gist:${key.split("/")[2]}`];
  const [, path = key] = /^[^,]*,[^,]*,(.*)$/s.exec(key) ?? [];
  const [kind, name] = path.split(",", 2);
  if (name === undefined) return [path];
  return [path, `${kind === "users" ? "user" : "gist"}:${name}`];
}

/** True for the key of a file's bytes, which are in no list of GitHub's. */
export const isRaw = (key: string): boolean => key.startsWith("raw,");

const shown = new WeakMap<Body, readonly string[]>();

/** The tags of the gists whose addresses are in a body; read from it once. */
export function tagsIn(body: Body): readonly string[] {
  const known = shown.get(body);
  if (known) return known;
  // A text of their own: a part of the body's would keep all of it.
  const ids = new Set(Array.from(find(body, /\/gists\/([0-9a-f]{1,64})"/g), (id) => new TextDecoder().decode(id)));
  const tags = Array.from(ids, (id) => `gist:${id}`);
  shown.set(body, tags);
  return tags;
}

/** The tags of the users whose lists show a gist, by an entry that has the gist's tag. */
export function ownersIn(key: string, body: Body): string[] {
  const [, group = ""] = tagsOf(key);
  if (group.startsWith("user:")) return [group];
  if (!gistKey.test(key)) return [];
  return Array.from(find(body, /"owner":\s*\{\s*"login":\s*"([^"\\]+)"/g), (login) => {
    return `user:${encodeURIComponent(new TextDecoder().decode(login).toLowerCase())}`;
  });
}

/** The bytes of the first group of each match. */
function* find(body: Body, pattern: RegExp): Generator<Body> {
  // One character for each byte.
  const text = new TextDecoder("latin1").decode(body);
  for (const { 0: whole, 1: part = "", index } of text.matchAll(pattern)) {
    const start = index + whole.lastIndexOf(part);
    yield body.subarray(start, start + part.length);
  }
}
