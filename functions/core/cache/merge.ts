import { EdgeError } from "../errors.ts";
import { coverLink, toBodyTag } from "../http/conditional.ts";
import type { Answer, Entry } from "../model.ts";

/**
 * GitHub's response over the stale entry, if any: after a 304 the stored bytes, with the fields that a 304 carries
 * (RFC 9111 section 4.3.4).
 * @throws EdgeError bad-gateway for a 304 without a stored entry
 */
export function merge(answer: Answer, known: Entry | undefined): Answer {
  if (answer.upstreamStatus === 304) {
    if (!known) {
      throw new EdgeError("bad-gateway", "GitHub sent 304 for an unconditional request", { upstreamStatus: 304 });
    }
    return { ...answer, entry: confirm(answer.entry, known), handling: "REVALIDATED" };
  }
  if (!known) return { ...answer, handling: "MISS" };
  return {
    ...answer,
    entry: answer.entry.status === 200 ? replace(answer.entry, known) : answer.entry,
    handling: "CHANGED",
  };
}

/** Most validators of an entry: tokens are replaced, and their validators would collect. */
const maxValidators = 100;

/** All validators, the latest last. */
function addValidators({ upstreamEtags: known }: Entry, { upstreamEtags: received }: Entry): Entry["upstreamEtags"] {
  const others = Object.entries(known).filter(([id]) => !(id in received));
  return Object.fromEntries([...others, ...Object.entries(received)].slice(-maxValidators));
}

function confirm(received: Entry, known: Entry): Entry {
  return {
    ...known,
    // GitHub's ETag does not cover Link, and a 304 has the current Link: without one there are no further pages.
    link: received.link,
    etag: coverLink(known.etag, received.link),
    lastModified: toLastModified(received, known, received.link === known.link),
    ...(received.notices && { notices: { ...known.notices, ...received.notices } }),
    upstreamEtags: addValidators(known, received),
    validatedAt: received.validatedAt,
  };
}

function replace(received: Entry, known: Entry): Entry {
  return {
    ...received,
    lastModified: toLastModified(received, known, received.etag === known.etag),
    // The same bytes through another token: the validators of both tokens are valid.
    ...(toBodyTag(received.etag) === toBodyTag(known.etag) && {
      upstreamEtags: addValidators(known, received),
    }),
  };
}

/**
 * A date that differs where the bytes differ, for `If-Modified-Since`. GitHub's date is the last edit of a gist: comments,
 * forks or an owner's new name change the bytes and not the date. The date is then when GitHub first sent these bytes to
 * this service, for as long as GitHub sends the old date (RFC 9110 section 8.8.2.1).
 */
function toLastModified(received: Entry, known: Entry, isSame: boolean): string | undefined {
  if (known.lastModified === undefined || Date.parse(received.lastModified ?? "") > Date.parse(known.lastModified))
    return received.lastModified;
  if (isSame) return known.lastModified;
  return received.lastModified && new Date(received.validatedAt).toUTCString();
}
