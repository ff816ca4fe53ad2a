/** A body is searched in windows of this size, in bytes, so that a large body takes little additional memory. */
const windowSize = 64 * 1024;

/**
 * The end of the name of a member that holds a URL, with its colon: `"url":`, `"comments_url": `. A quote that begins a
 * name has no backslash in front.
 */
const urlMember = /(?:[{,\s]"|_)url"\s*:\s*$/;

/** Maximum length of the text before a URL that is examined, in bytes. */
const lookBehind = 16;

const latin1 = new TextDecoder("latin1");

/**
 * A JSON body whose URLs of GitHub's API lead to another base. It changes the values of `url` and `*_url` only, and no
 * other byte. Text in a gist cannot look like such a member: its quotes are escaped.
 * @param apis base URLs to replace, such as `https://api.github.com`
 * @param base the base URL that replaces them
 * @returns the same array if nothing changes
 */
export function rewriteBodyUrls(
  body: Uint8Array<ArrayBuffer>,
  apis: readonly string[],
  base: string,
): Uint8Array<ArrayBuffer> {
  const places = apis.flatMap((api) => findUrls(body, api)).toSorted((a, b) => a.start - b.start);
  if (places.length === 0) return body;
  const replacement = new TextEncoder().encode(base);
  const removed = places.reduce((sum, { length }) => sum + length, 0);
  const rewritten = new Uint8Array(body.byteLength - removed + places.length * replacement.byteLength);
  let from = 0;
  let to = 0;
  for (const { start, length } of places) {
    rewritten.set(body.subarray(from, start), to);
    to += start - from;
    rewritten.set(replacement, to);
    to += replacement.byteLength;
    from = start + length;
  }
  rewritten.set(body.subarray(from), to);
  return rewritten;
}

interface Place {
  /** Of the URL's first byte. */
  start: number;
  length: number;
}

/** Offsets of URLs of this API that are values of members. */
function findUrls(body: Uint8Array, api: string): Place[] {
  const places: Place[] = [];
  const needle = `"${api}`;
  // Windows overlap, so that a match on their border lies in one of them.
  const overlap = needle.length + 1 + lookBehind;
  for (let offset = 0; offset < body.byteLength; offset += windowSize) {
    const first = Math.max(offset - lookBehind, 0);
    const text = latin1.decode(body.subarray(first, offset + windowSize + overlap));
    const end = offset + windowSize - first;
    for (let at = text.indexOf(needle, offset - first); at !== -1 && at < end; at = text.indexOf(needle, at + 1)) {
      // A path, a template or the end must follow: `https://api.github.com.example` is another host.
      if (!/^[/{"?]/.test(text.charAt(at + needle.length))) continue;
      if (urlMember.test(text.slice(Math.max(at - lookBehind, 0), at)))
        places.push({ start: first + at + 1, length: api.length });
    }
  }
  return places;
}
