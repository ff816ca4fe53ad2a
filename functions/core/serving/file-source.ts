import { contentOf, type GistFile } from "../cache/gist-files.ts";
import { createLifetimes } from "../cache/lifetimes.ts";
import { isOfOtherClient } from "../cache/single-flight.ts";
import type { AppContext } from "../context.ts";
import { EdgeError } from "../errors.ts";
import { createFilling, type Filling } from "../github/filling.ts";
import type { RawAsk } from "../github/raw-host.ts";
import { sha256 } from "../http/digest.ts";
import type { Answer, Entry } from "../model.ts";
import type { Ports } from "../ports.ts";
import { inSpan, type Trace } from "../telemetry/trace.ts";
import { composeRaw } from "./compose-raw.ts";

type Body = Entry["body"];

/** A smaller body is neither kept apart from its gist nor compressed. */
const leastKept = 1024;

/** The largest part of the cache that one file may take: it must not displace all others. */
const largestShare = 1 / 4;

/** `/{owner}/{gist}/raw/{blob}/{file}` on the raw host: the blob names the bytes, which never change. */
const rawPath = /^\/[^/?#]+\/[^/?#]+\/raw\/([0-9a-f]{40,64})\/[^/?#]+$/;

/** Where GitHub's own `raw_url` leads, whatever host the service itself calls. */
const githubRaw = "https://gist.githubusercontent.com";

/** A file where its bytes can be had by name. */
interface Blob {
  id: string;
  /** On the raw host. */
  path: string;
  /** In the store. */
  key: string;
}

/** A call under way. */
interface Flight {
  filling: Filling;
  trace: Trace | undefined;
}

/** The bytes of a file, all or as they arrive, and what was done for them. */
export interface Source {
  body: Body;
  filled?: Filling["filled"];
  did?: Pick<Answer, "handling" | "forward" | "stored" | "upstreamStatus">;
}

/** The bytes of files of gists: from the cache, from GitHub's JSON, or from the raw host. */
export function createFileSource(ports: Ports) {
  const { config, store, now, waitUntil, log } = ports;
  const { keepOf } = createLifetimes(config);
  const fetchRaw = composeRaw(ports);
  const flights = new Map<string, Flight>();
  const largestKept = config.CACHE_MAX_BYTES * largestShare;

  function toBlob({ rawUrl }: GistFile): Blob | undefined {
    const host = [githubRaw, config.GITHUB_RAW_URL].find((base) => rawUrl.startsWith(`${base}/`));
    const path = rawUrl.slice(host?.length ?? 0);
    const [, id] = rawPath.exec(path) ?? [];
    return host === undefined || id === undefined ? undefined : { id, path, key: `raw,${path}` };
  }

  /** @param purges the number of the last purge before these bytes were asked for */
  function keep(key: string, body: Body, purges: number): void {
    if (body.byteLength > largestKept || store.isPurged(key, purges)) return;
    const time = now();
    store.keep(
      key,
      {
        status: 200,
        contentType: "",
        link: undefined,
        lastModified: undefined,
        etag: "",
        upstreamEtags: {},
        validatedAt: time,
        freshUntil: time,
        body,
      },
      keepOf(200),
    );
  }

  /** The bytes that GitHub's JSON has; undefined where it does not have all of them as they are. */
  async function decode(entry: Entry, file: GistFile, blob: Blob | undefined): Promise<Body | undefined> {
    if (file.size === 0) return new Uint8Array();
    if (file.isTruncated) return undefined;
    const purges = store.purges();
    const bytes = contentOf(entry, file);
    if (bytes.byteLength !== file.size) return undefined;
    // A replacement character may be the file's own, or stand for bytes that are no UTF-8.
    if (!file.isBase64 && hasReplacement(bytes) && !(await isBlob(bytes, blob?.id))) return undefined;
    if (blob && bytes.byteLength >= leastKept) keep(blob.key, bytes, purges);
    return bytes;
  }

  function start(blob: Blob, size: number, ask: Omit<RawAsk, "into" | "resource">): Flight {
    const filling = createFilling(size);
    const resource = { key: blob.key, path: blob.path, accept: "*/*", apiVersion: "" };
    const purges = store.purges();
    async function run(): Promise<void> {
      try {
        await fetchRaw({ ...ask, resource, into: filling } as RawAsk);
        keep(blob.key, filling.body(), purges);
        flights.delete(blob.key);
      } catch (thrown) {
        flights.delete(blob.key);
        // Without a byte it is the failure of the requests that wait, which are logged.
        if (filling.count() > 0)
          log("warn", "a file from GitHub's raw host broke off", { reason: (thrown as Error).message });
        filling.fail(thrown);
      }
    }
    const flight = { filling, trace: ask.trace };
    flights.set(blob.key, flight);
    // A client that disconnects does not end the call: others may wait, and the bytes will be kept.
    waitUntil(run());
    return flight;
  }

  /** One call for a file at a time, whoever asks: resolves with the first bytes. */
  async function fetchOnce(c: AppContext, blob: Blob, size: number): Promise<Source> {
    const { context } = c.var;
    const { client } = context.peer;
    const ask = {
      ...(client !== undefined && { client }),
      ...(context.trace && { trace: context.trace }),
      onCall: () => (context.upstreamCalls += 1),
    };
    const other = flights.get(blob.key);
    const { filling, trace } = other ?? start(blob, size, ask);
    try {
      if (other) await inSpan(context.trace, "cache wait", {}, () => filling.filled(0), trace ? [trace] : []);
      else await filling.filled(0);
    } catch (thrown) {
      // The limit was the other client's own: this one may still ask.
      if (other && isOfOtherClient(thrown, client)) return fetchOnce(c, blob, size);
      throw thrown;
    }
    const stored = size <= largestKept;
    return {
      body: filling.body(),
      filled: filling.filled,
      did: { handling: other ? "COALESCED" : "MISS", forward: "miss", stored, upstreamStatus: 200 },
    };
  }

  /** @param isBodyWanted false for HEAD: no call is made for it */
  async function find(c: AppContext, entry: Entry, file: GistFile, isBodyWanted: boolean): Promise<Source | undefined> {
    const blob = toBlob(file);
    const known = blob && store.watch(blob.key)()?.body;
    if (known) return { body: known };
    const decoded = await decode(entry, file, blob);
    if (decoded) return { body: decoded };
    if (!isBodyWanted) return undefined;
    if (!blob) throw new EdgeError("bad-gateway", "GitHub names no address of this file that this service may read");
    if (file.size > config.GITHUB_RAW_MAX_BYTES) {
      const message = `The file has ${file.size} bytes: this service reads files up to ${config.GITHUB_RAW_MAX_BYTES}. Clone the gist with Git`;
      const errors = [{ resource: "File", field: "size", code: "too_large", message }];
      throw new EdgeError("validation-failed", message, { errors });
    }
    return fetchOnce(c, blob, file.size);
  }

  /** The strong validator of the bytes. @throws EdgeError where GitHub gives nothing to make it of */
  async function toTag(entry: Entry, file: GistFile): Promise<string> {
    const blob = toBlob(file);
    if (blob) return `"${blob.id}"`;
    const bytes = await decode(entry, file, undefined);
    if (!bytes) throw new EdgeError("bad-gateway", "GitHub names no address of this file that this service may read");
    return `"${await sha256(bytes)}"`;
  }

  return { find, toTag, keyOf: (file: GistFile): string => toBlob(file)?.key ?? "" };
}

/** True if the text has U+FFFD. */
function hasReplacement(bytes: Body): boolean {
  for (let at = bytes.indexOf(0xef); at !== -1; at = bytes.indexOf(0xef, at + 1)) {
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) return true;
  }
  return false;
}

/** True if these are the bytes of a blob of Git (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects). */
async function isBlob(bytes: Body, id: string | undefined): Promise<boolean> {
  const head = new TextEncoder().encode(`blob ${bytes.byteLength}\0`);
  const object = new Uint8Array(head.byteLength + bytes.byteLength);
  object.set(head);
  object.set(bytes, head.byteLength);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", object));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === id;
}
