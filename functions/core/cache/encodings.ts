import type { Entry } from "../model.ts";
import { type Coding, toCoding } from "../http/coding.ts";
import type { Ports } from "../ports.ts";

/** A smaller body is sent as it is: a packet is a packet. */
const leastBytes = 1024;

/** Most bytes that are being compressed at once; what comes beyond is sent as it is this time. */
const maxCompressing = 8 * 1024 * 1024;

/** Most values of Accept-Encoding that are remembered, and the longest of them. */
const maxFields = 256;
const maxLength = 128;

type Body = Uint8Array<ArrayBuffer>;

/** Compressed copies by body; null where a copy is no smaller. A body that GitHub confirms keeps its copies. */
const kept = new WeakMap<Body, Map<Coding, Body | null>>();

/** Bytes of all copies of a body, for whoever bounds memory. */
export function encodingsSize(body: Body): number {
  let size = 0;
  for (const copy of kept.get(body)?.values() ?? []) size += copy?.byteLength ?? 0;
  return size;
}

/** A body as it is sent. */
export interface Sent {
  body: Body;
  coding: Coding | undefined;
}

export type Encodings = ReturnType<typeof createEncodings>;

/** Bodies as clients accept them: compressed once for an entry, by whoever asks first, and never for a single request. */
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
    /** Undefined where the copy is not there yet. */
    at(entry: Entry, accepted: string | null): Sent | undefined {
      const { body } = entry;
      const coding = wanted(entry, accepted);
      if (coding === undefined) return { body, coding };
      const copy = kept.get(body)?.get(coding);
      return copy === undefined ? undefined : toSent(body, coding, copy);
    },

    /** The same, waiting for the copy. Of many that want it, one makes it. */
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
