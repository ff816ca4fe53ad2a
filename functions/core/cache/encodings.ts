import type { Entry } from "../model.ts";
import { type Coding, toCoding } from "../http/coding.ts";
import type { Ports } from "../ports.ts";

/** A smaller body is not compressed: it takes one packet in any case. */
const leastBytes = 1024;

/** Maximum number of bytes in compression at once; further bodies are sent uncompressed this time. */
const maxCompressing = 8 * 1024 * 1024;

/** Most values of Accept-Encoding that are remembered, and the longest one, in characters. */
const maxFields = 256;
const maxLength = 128;

type Body = Uint8Array<ArrayBuffer>;

/** Encodings by body; null if the encoding is not smaller. A body that GitHub confirms keeps its encodings. */
const kept = new WeakMap<Body, Map<Coding, Body | null>>();

/** Bytes of all encodings of a body, for the memory limit. */
export function encodingsSize(body: Body): number {
  let size = 0;
  for (const copy of kept.get(body)?.values() ?? []) size += copy?.byteLength ?? 0;
  return size;
}

/** A body with the coding in which it is sent. */
export interface Sent {
  body: Body;
  coding: Coding | undefined;
}

export type Encodings = ReturnType<typeof createEncodings>;

/** Bodies in the codings that clients accept: compressed once for an entry, by the first request. */
export function createEncodings({ compress, store }: Pick<Ports, "compress" | "store">) {
  const known = new Map<string, Coding | undefined>();
  const making = new WeakMap<Body, Map<Coding, Promise<Body | null>>>();
  let compressing = 0;

  function wanted(entry: Entry, accepted: string | null): Coding | undefined {
    if (!compress || accepted === null || entry.status !== 200 || entry.body.byteLength < leastBytes) return undefined;
    if (known.has(accepted)) return known.get(accepted);
    const coding = toCoding(accepted);
    if (accepted.length <= maxLength) {
      if (known.size >= maxFields) known.clear();
      known.set(accepted, coding);
    }
    return coding;
  }

  async function make(body: Body, coding: Coding, key: string): Promise<Body | null> {
    compressing += body.byteLength;
    const made = await compress!(coding, body).catch(() => body);
    compressing -= body.byteLength;
    const copy = made.byteLength < body.byteLength ? made : null;
    const copies = kept.get(body) ?? new Map<Coding, Body | null>();
    kept.set(body, copies.set(coding, copy));
    making.get(body)?.delete(coding);
    if (store.recount?.(key) === false) copies.set(coding, null);
    return copies.get(coding) ?? null;
  }

  function toSent(body: Body, coding: Coding, copy: Body | null): Sent {
    return copy ? { body: copy, coding } : { body, coding: undefined };
  }

  return {
    /** Undefined if the encoding does not exist yet. */
    at(entry: Entry, accepted: string | null): Sent | undefined {
      const { body } = entry;
      const coding = wanted(entry, accepted);
      if (coding === undefined) return { body, coding };
      const copy = kept.get(body)?.get(coding);
      return copy === undefined ? undefined : toSent(body, coding, copy);
    },

    /** Waits for the encoding. Of many requests one makes it. */
    async get(entry: Entry, accepted: string | null, key: string): Promise<Sent> {
      const { body } = entry;
      const coding = wanted(entry, accepted);
      if (coding === undefined) return { body, coding };
      const copy = kept.get(body)?.get(coding);
      if (copy !== undefined) return toSent(body, coding, copy);
      const others = making.get(body) ?? new Map<Coding, Promise<Body | null>>();
      making.set(body, others);
      if (!others.has(coding) && compressing > 0 && compressing + body.byteLength > maxCompressing) {
        return { body, coding: undefined };
      }
      const being = others.get(coding) ?? make(body, coding, key);
      others.set(coding, being);
      return toSent(body, coding, await being);
    },
  };
}
