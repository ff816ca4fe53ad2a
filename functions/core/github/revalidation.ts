import { isSameTag, toBodyTag } from "../http/conditional.ts";
import { anonymousId, type Answer, type Ask, type Entry } from "../model.ts";
import type { Ports } from "../ports.ts";
import { deriveEtag, derivingCopies, maxDerived } from "./derived-etag.ts";
import type { Reading, ReadRoom } from "./read-room.ts";

/** The validators of one call, for `If-None-Match`. */
export interface Validators {
  /** GitHub sent it to this account for the stored bytes. */
  known?: string;
  /** This service derived it from the stored bytes. */
  derived?: string;
}

/** True if GitHub's ETag of the stored bytes can be derived for any token. */
export function isDerivable({ stored }: Ask): boolean {
  return stored?.status === 200 && stored.body.byteLength <= maxDerived;
}

/** A quoted tag (RFC 9110 section 8.8.3): any other text would damage a list. */
const entityTag = /^(?:W\/)?"[\u0021\u0023-\u007e\u0080-\u00ff]*"$/;

/** `If-None-Match` (RFC 9110 section 13.1.2). */
export function toIfNoneMatch({ known, derived }: Validators): string | undefined {
  if (known === undefined || derived === undefined) return known ?? derived;
  return isSameTag(known, derived) || !entityTag.test(known) ? derived : `${known}, ${derived}`;
}

/**
 * Chooses the validators of calls, and tells which of them GitHub confirmed. GitHub's ETags depend on the token. One that
 * GitHub never sent to this token is derived, for as long as GitHub's own agree with that: the first full response
 * tells, and every one that should have been a 304.
 */
export function createRevalidation({ metrics }: Pick<Ports, "metrics">, room: ReadRoom) {
  /** Whether GitHub's ETags are as derived; undefined until a response has told. */
  let agrees: boolean | undefined;

  async function derive(
    headers: Record<string, string>,
    body: Entry["body"],
    reading: Reading,
    signal: AbortSignal,
  ): Promise<string> {
    await reading.take(body.byteLength * derivingCopies, signal);
    return deriveEtag(headers, body);
  }

  /** Compares GitHub's ETag of a full response with the derived one, unless they are known to agree. */
  async function learn(
    headers: Record<string, string>,
    { body }: Entry,
    etag: string,
    reading: Reading,
    signal: AbortSignal,
  ): Promise<void> {
    if (agrees === true || body.byteLength > maxDerived) return;
    agrees = isSameTag(await derive(headers, body, reading, signal), etag);
  }

  return {
    async choose(ask: Ask, headers: Record<string, string>, signal: AbortSignal): Promise<Validators> {
      const etag = ask.etags?.[ask.token?.id ?? anonymousId];
      const known = etag === undefined ? {} : { known: etag };
      const isSure = etag !== undefined && !ask.token?.isRenewed;
      if (isSure || agrees === false || !isDerivable(ask)) return known;
      const reading = room.begin();
      try {
        const derived = await derive(headers, ask.stored!.body, reading, signal);
        // Where GitHub agrees, the known one is this one, or that of an earlier token.
        return agrees ? { derived } : { ...known, derived };
      } finally {
        reading.end();
      }
    },

    /** The part of an answer about validators. */
    async judge(
      sent: Validators,
      { entry, upstreamStatus }: Pick<Answer, "entry" | "upstreamStatus">,
      { stored }: Ask,
      learning: { headers: Record<string, string>; etag: string | null; reading: Reading; signal: AbortSignal },
    ): Promise<Pick<Answer, "validator" | "derivesEtags">> {
      const { headers, etag, reading, signal } = learning;
      const isConditional = toIfNoneMatch(sent) !== undefined;
      let validator: Answer["validator"];
      if (upstreamStatus === 304) {
        validator = etag === null ? (isConditional ? "unnamed" : "unsent") : match(sent, etag);
        if (validator === "derived") agrees = true;
      } else if (upstreamStatus === 200) {
        const isSame = stored && toBodyTag(stored.etag) === toBodyTag(entry.etag);
        // GitHub had these bytes and did not take the validator for theirs.
        if (isConditional && isSame && sent.derived !== undefined) agrees = false;
        if (isConditional) validator = isSame ? "repeated" : "changed";
        if (etag !== null) await learn(headers, entry, etag, reading, signal);
      }
      if (validator) metrics.add("github_revalidations_total", { validator });
      return { ...(validator && { validator }), ...(agrees !== undefined && { derivesEtags: agrees }) };
    },
  };
}

function match({ known, derived }: Validators, etag: string): "known" | "derived" | "unsent" {
  if (known !== undefined && isSameTag(known, etag)) return "known";
  return derived !== undefined && isSameTag(derived, etag) ? "derived" : "unsent";
}
