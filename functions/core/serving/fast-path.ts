import { createLifetimes } from "../cache/lifetimes.ts";
import { spellingsShare } from "../config/config.ts";
import type { AppContext } from "../context.ts";
import type { Representation } from "../http/negotiate.ts";
import type { RawRequest, RawResponse } from "../http/raw.ts";
import type { Entry } from "../model.ts";
import type { Recorder } from "../telemetry/request.ts";
import type { Parts } from "./parts.ts";
import { type EntryFields, toEntryResponse } from "./entry-response.ts";
import type { Responder } from "./responder.ts";
import { createSpellings } from "./spellings.ts";

/** Most spellings whose fields are kept ready, for a second at most: some 6 kB each. */
const maxPrepared = 1024;

/** What a route made of a request. */
export interface Routed {
  /** The route's template. */
  route: string;
  /** Path and query that GitHub would be asked for. */
  resource: string;
  representation: Representation;
  /** The address that its links lead to, without the query. */
  self: string;
  /** The base URL that URLs in the body lead to; empty if the body stays as GitHub sent it. */
  base: string;
}

interface Meaning extends Routed {
  /** The resource's entry in this process, where there is one. */
  findEntry: () => Entry | undefined;
}

interface Prepared {
  fields: EntryFields;
  /** Tells entries apart: each has its own. The entry itself would be kept after the cache has let it go. */
  entryId: Entry["upstreamEtags"];
  /** The budget's state. */
  changes: number;
  /** The end of the second that the fields are for: ms since the Unix epoch. */
  until: number;
}

export interface FastPath {
  /** Remembers what a route made of this request. */
  learn(c: AppContext, key: string, routed: Routed): void;
  /** The response if it is known at once; undefined if the router must be asked. */
  respond(request: RawRequest): RawResponse | undefined;
}

/**
 * Serves what is nearly all traffic: a request that is spelled like one before, for a resource that is fresh in memory.
 * It skips routing and validation, whose result would be the same. Response and telemetry come from the router's own
 * functions (responder.ts, telemetry/request.ts); header fields are kept for as long as they hold.
 */
export function createFastPath(
  { ports, budget, cors, encodings, rewrites }: Parts,
  responder: Responder,
  recorder: Recorder,
): FastPath {
  const { store, now, elapsed, config, metrics } = ports;
  const { isFresh } = createLifetimes(config);
  const spellings = createSpellings<Meaning>(config.CACHE_MAX_BYTES * spellingsShare, cors.variesByOrigin);
  metrics.onExpose(() => metrics.set("cache_spellings_bytes", {}, spellings.size()));
  const prepared = new Map<Meaning, Prepared>();
  const countLookup = metrics.counter("cache_lookups_total", { tier: "memory", found: "fresh" });

  function toFields(meaning: Meaning, entry: Entry, time: number, origin: string | null): EntryFields {
    const entryId = entry.upstreamEtags;
    const changes = budget.changes();
    const last = prepared.get(meaning);
    if (last?.entryId === entryId && last.changes === changes && time < last.until && time >= last.until - 1000)
      return last.fields;
    const { representation, self } = meaning;
    const fields = responder.toEntryFields({ entry, handling: "HIT" }, representation, self, time, origin);
    // Age and the ttl of Cache-Status change on whole seconds after the entry was confirmed.
    const until = time + 1000 - ((time - entry.validatedAt) % 1000);
    // None of them would hold for long.
    if (!last && prepared.size >= maxPrepared) prepared.clear();
    prepared.set(meaning, { fields, entryId, changes, until });
    return fields;
  }

  return {
    learn(c, key, routed) {
      const { rawTarget: target, ...peer } = c.var.context.peer;
      const { headers } = c.req.raw;
      // Without a host there is no URL to follow it by.
      if (target === undefined || !headers.get("host")) return;
      const request = { target, peer, get: (name: string) => headers.get(name) };
      spellings.add(request, { ...routed, findEntry: store.watch(key) }, [routed.resource, routed.self, routed.base]);
    },

    respond(request) {
      const { method, target, get } = request;
      if (method !== "GET" && method !== "HEAD") return undefined;
      if (get("content-length") !== null || get("transfer-encoding") !== null) return undefined;
      // A whole URL (RFC 9112 section 3.2.2) may name another host than the field does: that is for the router.
      if (!target.startsWith("/")) return undefined;
      const startedAt = elapsed();
      const meaning = spellings.find(request);
      const stored = meaning?.findEntry();
      const time = now();
      if (!meaning || !stored || !isFresh(stored, time)) return undefined;
      const entry = rewrites.at(stored, meaning.base);
      if (!entry) return undefined;
      const sent = encodings.at(entry, get("accept-encoding"));
      if (!sent || ports.admits?.(sent.body) === false) return undefined;
      const url = `http://${get("host")}${target}`;
      // All that the span's attributes are made of; no header field has a line break.
      const hitKey = `${method} ${url}\n${get("user-agent") ?? "\n"}`;
      const trace = recorder.start({ method, url, headers: { get } }, hitKey);
      // The look-up, as the store counts and traces it for the router.
      countLookup();
      if (trace?.sampled)
        trace.child("cache get", { "edge_gists.cache.tier": "memory", "edge_gists.cache.found": true }).end();
      const response = toEntryResponse(request, entry, sent, toFields(meaning, entry, time, get("origin")), trace);
      recorder.end({
        method,
        status: response.status,
        route: meaning.route,
        resource: meaning.resource,
        handling: "HIT",
        age: Math.max(time - entry.validatedAt, 0) / 1000,
        upstreamCalls: 0,
        startedAt,
        isObserved: true,
        trace,
      });
      return response;
    },
  };
}
