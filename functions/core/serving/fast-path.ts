import type { Peer, Entry } from "../model.ts";
import type { Parts } from "./parts.ts";
import { LRUCache } from "lru-cache";
import { spellingsShare } from "../config/config.ts";
import type { AppContext } from "../context.ts";
import type { Coding } from "../http/coding.ts";
import { isNotModified } from "../http/conditional.ts";
import { createPolicy } from "../cache/policy.ts";
import { isProxied } from "../http/origin.ts";
import type { Representation } from "../http/negotiate.ts";

import type { Recorder } from "../telemetry/request.ts";
import { type Responder, toEntityFields, toServerTiming } from "./responder.ts";
import type { Sent } from "../cache/encodings.ts";

/** Most spellings of a request remembered for one target, and the longest of either, in characters. */
const maxSpellings = 4;
const maxLength = 512;

/** Bytes that a spelling costs beside its text (measured: 1.5 kB; the rest is margin). */
const viewOverhead = 2048;

/** Most spellings whose fields are kept ready, for a second at most: some 6 kB each. */
const maxPrepared = 1024;

/** A request as a server's own parser gives it, before anything is made of it. */
export interface FastRequest {
  method: string;
  /** The request target as received. */
  target: string;
  /** A header field by its lower-case name. */
  get: (name: string) => string | null;
  peer: Peer;
}

export interface FastAnswer {
  status: number;
  /** Names and values in turn; the same array while the same hold. */
  fields: readonly string[];
  /** Fields of this one answer. */
  more?: readonly string[];
  body: Uint8Array | undefined;
  /** When it was made: ms since the Unix epoch. */
  at: number;
}

/** All of a request that its answer depends on, the target and the preconditions apart. */
interface Spelling {
  host: string | null;
  accept: string | null;
  apiVersion: string | null;
  origin: string | null;
  /** Null where the client is the peer; empty where somebody stands between who is not trusted. */
  forwarded: string | null;
}

/** What a request that was once validated, routed and answered stands for. */
interface View extends Spelling {
  /** The resource's entry in this process, where there is one. */
  watch: () => Entry | undefined;
  route: string;
  /** What GitHub would be asked for. */
  resource: string;
  representation: Representation;
  /** The address that its links lead to, without the query. */
  self: string;
  /** The fields made last, and what they hold for. */
  prepared?: {
    /** Tells entries apart: each has its own. The entry itself would be kept after the cache has let it go. */
    of: Entry["upstreamEtags"];
    budget: number;
    until: number;
    full: Map<Coding | undefined, string[]>;
    notModified: string[];
  };
}

export interface FastPath {
  /** Remembers what this request stands for. */
  learn(c: AppContext, key: string, view: Omit<View, "prepared" | "watch" | keyof Spelling>): void;
  /** The answer where it is known at once; undefined where the long way has to be gone. */
  answer(request: FastRequest): FastAnswer | undefined;
}

/**
 * A short way for what is nearly all traffic: a request that is spelled like one that was answered before, for
 * a resource that is fresh in memory. It skips routing and validation, since they would say the same again, and
 * sends the very fields that the long way would.
 */
export function createFastPath(
  { ports, budget, cors, encodings }: Parts,
  respond: Responder,
  recorder: Recorder,
): FastPath {
  const { store, now, elapsed, config, metrics } = ports;
  const views = new LRUCache<string, View[]>({
    maxSize: Math.floor(config.CACHE_MAX_BYTES * spellingsShare),
    sizeCalculation: (spellings, target) => spellings.reduce((sum, view) => sum + sizeOf(view, target), 0),
  });
  metrics.onExpose(() => metrics.set("cache_spellings_bytes", {}, views.calculatedSize));
  /** In the order in which they were prepared first. */
  const ready = new Set<View>();
  const { isFresh } = createPolicy(config);

  function toSpelling(get: FastRequest["get"], peer: Peer): Spelling {
    return {
      host: get("host"),
      accept: get("accept"),
      apiVersion: get("x-github-api-version"),
      origin: cors.variesByOrigin ? get("origin") : null,
      forwarded: isProxied(get, peer)
        ? peer.trusted
          ? `${get("x-forwarded-proto")}\n${get("x-forwarded-host")}`
          : ""
        : null,
    };
  }

  function find(target: string, spelling: Spelling): View | undefined {
    return views.get(target)?.find((view) => isSpelledAs(view, spelling));
  }

  function prepare(view: View, entry: Entry, at: number, origin: string | null): NonNullable<View["prepared"]> {
    const known = view.prepared;
    const changes = budget.changes();
    if (
      known &&
      known.of === entry.upstreamEtags &&
      known.budget === changes &&
      at < known.until &&
      at >= known.until - 1000
    )
      return known;
    const fields = respond.toAnswerFields({ entry, handling: "HIT" }, view.representation, view.self, at, origin);
    // Age and the ttl of Cache-Status change on whole seconds after the entry was confirmed.
    const until = at + 1000 - ((at - entry.validatedAt) % 1000);
    if (!known) {
      const [first] = ready;
      if (ready.size >= maxPrepared && first) forget(first);
      ready.add(view);
    }
    view.prepared = {
      of: entry.upstreamEtags,
      budget: changes,
      until,
      full: new Map(),
      notModified: Object.entries(fields).flat(),
    };
    return view.prepared;
  }

  function forget(view: View): void {
    ready.delete(view);
    delete view.prepared;
  }

  /** The fields of a whole answer: as prepared, with those of the body in this coding. */
  function toFull({ full, notModified }: NonNullable<View["prepared"]>, entry: Entry, sent: Sent): string[] {
    let fields = full.get(sent.coding);
    if (!fields) {
      fields = [...notModified, ...Object.entries(toEntityFields(entry, sent)).flat()];
      full.set(sent.coding, fields);
    }
    return fields;
  }

  return {
    learn(c, key, view) {
      const { rawTarget, ...peer } = c.var.context.peer;
      const { headers } = c.req.raw;
      // Without a host there is no URL to follow it by.
      if (rawTarget === undefined || !headers.get("host")) return;
      const spelling = toSpelling((name) => headers.get(name), peer);
      const length = Object.values(spelling).reduce<number>((sum, part) => sum + (part?.length ?? 0), rawTarget.length);
      if (length > maxLength || find(rawTarget, spelling)) return;
      const others = views.get(rawTarget) ?? [];
      views.set(rawTarget, [{ ...view, ...spelling, watch: store.watch(key) }, ...others.slice(0, maxSpellings - 1)]);
    },

    answer({ method, target, get, peer }) {
      if (method !== "GET" && method !== "HEAD") return undefined;
      if (get("content-length") !== null || get("transfer-encoding") !== null) return undefined;
      // A whole URL (RFC 9112 section 3.2.2) names another host than the field does, perhaps: that is for the long way.
      if (!target.startsWith("/")) return undefined;
      const startedAt = elapsed();
      const view = find(target, toSpelling(get, peer));
      const entry = view?.watch();
      const at = now();
      if (!view || !entry || !isFresh(entry, at)) return undefined;
      const sent = encodings.at(entry, get("accept-encoding"));
      if (!sent || ports.admits?.(sent.body) === false) return undefined;
      const headers = { get };
      const arrival = { method, url: `http://${view.host}${target}`, headers };
      const begun = recorder.begin(headers);
      const trace = begun ? undefined : recorder.start(arrival);
      const prepared = prepare(view, entry, at, get("origin"));
      const preconditions = {
        ifNoneMatch: get("if-none-match") ?? undefined,
        ifModifiedSince: get("if-modified-since") ?? undefined,
      };
      const status = isNotModified(preconditions, entry) ? 304 : entry.status;
      const fields = status === 304 ? prepared.notModified : toFull(prepared, entry, sent);
      const { route, resource } = view;
      recorder.hit({ method, route, resource, status, entry, at, startedAt, trace, begun, arrival, like: view });
      const traceparent = (begun ?? trace)?.traceparent;
      return {
        status,
        fields,
        ...(traceparent !== undefined && { more: ["server-timing", toServerTiming(traceparent)] }),
        at,
        body: method === "HEAD" || status === 304 ? undefined : sent.body,
      };
    },
  };
}

/** What a spelling costs, in bytes. */
function sizeOf({ host, accept, apiVersion, origin, forwarded, self, resource }: View, target: string): number {
  const texts = [target, host, accept, apiVersion, origin, forwarded, self, resource];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0) * 2, viewOverhead);
}

function isSpelledAs(a: Spelling, b: Spelling): boolean {
  return (
    a.host === b.host &&
    a.accept === b.accept &&
    a.apiVersion === b.apiVersion &&
    a.origin === b.origin &&
    a.forwarded === b.forwarded
  );
}
