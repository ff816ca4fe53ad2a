import { LRUCache } from "lru-cache";
import { isProxied } from "../http/origin.ts";
import type { RawRequest } from "../http/raw.ts";

/** Maximum number of spellings for one target, and maximum length of each, in characters. */
const maxSpellings = 4;
const maxLength = 512;

/** Bytes of a spelling in addition to its text (1.5 kB measured; the rest is margin). */
const overhead = 2048;

/** All parts of a request that its response depends on, except method, target and preconditions. */
type Spelling = {
  host: string | null;
  accept: string | null;
  apiVersion: string | null;
  origin: string | null;
  /** Null if the client is the peer; empty if an untrusted proxy is between. */
  forwarded: string | null;
};

/** Meanings of requests by their spelling; the least recently used are evicted first. */
export interface Spellings<Meaning> {
  find(request: Omit<RawRequest, "method">): Meaning | undefined;
  /** @param texts the texts that the meaning holds in memory */
  add(request: Omit<RawRequest, "method">, meaning: Meaning, texts: readonly string[]): void;
  /** Total size in bytes. */
  size(): number;
}

/** @param variesByOrigin whether a response depends on the request's `Origin` */
export function createSpellings<Meaning>(maxBytes: number, variesByOrigin: boolean): Spellings<Meaning> {
  const byTarget = new LRUCache<string, { spelling: Spelling; meaning: Meaning; bytes: number }[]>({
    maxSize: Math.floor(maxBytes),
    sizeCalculation: (list) => list.reduce((sum, { bytes }) => sum + bytes, 0),
  });

  function toSpelling({ get, peer }: Pick<RawRequest, "get" | "peer">): Spelling {
    return {
      host: get("host"),
      accept: get("accept"),
      apiVersion: get("x-github-api-version"),
      origin: variesByOrigin ? get("origin") : null,
      forwarded: isProxied(get, peer)
        ? peer.trusted
          ? `${get("x-forwarded-proto")}\n${get("x-forwarded-host")}`
          : ""
        : null,
    };
  }

  function find(target: string, spelling: Spelling): Meaning | undefined {
    return byTarget.get(target)?.find((known) => isEqual(known.spelling, spelling))?.meaning;
  }

  return {
    find: (request) => find(request.target, toSpelling(request)),

    add(request, meaning, texts) {
      const { target } = request;
      const spelling = toSpelling(request);
      const length = lengthOf([target, ...Object.values(spelling)]);
      if (length > maxLength || find(target, spelling) !== undefined) return;
      const bytes = overhead + 2 * (length + lengthOf(texts));
      const others = byTarget.get(target) ?? [];
      byTarget.set(target, [{ spelling, meaning, bytes }, ...others.slice(0, maxSpellings - 1)]);
    },

    size: () => byTarget.calculatedSize,
  };
}

function lengthOf(texts: readonly (string | null)[]): number {
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function isEqual(a: Spelling, b: Spelling): boolean {
  return (
    a.host === b.host &&
    a.accept === b.accept &&
    a.apiVersion === b.apiVersion &&
    a.origin === b.origin &&
    a.forwarded === b.forwarded
  );
}
