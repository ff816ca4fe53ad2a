import { contentOf, filesOf, type GistFile } from "../cache/gist-files.ts";
import { createLifetimes } from "../cache/lifetimes.ts";
import { isOfOtherClient } from "../cache/single-flight.ts";
import type { AppContext } from "../context.ts";
import { EdgeError } from "../errors.ts";
import { createFilling, type Filling } from "../github/filling.ts";
import type { RawAsk } from "../github/raw-host.ts";
import { isNotModified } from "../http/conditional.ts";
import { sha256 } from "../http/digest.ts";
import { isTextType, toAttachment, toFileType } from "../http/file-type.ts";
import { streamPart } from "../http/part-stream.ts";
import { mayRange, toRange } from "../http/range.ts";
import type { Answer, Entry } from "../model.ts";
import type { Trace } from "../telemetry/trace.ts";
import { inSpan } from "../telemetry/trace.ts";
import type { Found } from "../routes/resource.ts";
import type { Services } from "../routes/services.ts";
import { type Responder, tooManySlowClients } from "./responder.ts";
import { composeRaw } from "./compose-raw.ts";

type Body = Entry["body"];

/** A smaller body is neither kept apart from its gist nor compressed. */
const leastKept = 1024;

/** The largest part of the cache that one file may take: it must not displace all others. */
const largestShare = 1 / 4;

/** Most files whose names an error lists. */
const mostNames = 10;

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
interface Source {
  body: Body;
  filled?: Filling["filled"];
  did?: Pick<Answer, "handling" | "forward" | "stored" | "upstreamStatus">;
}

export interface RawWanted {
  /** Undefined for the gist's first file. */
  name: string | undefined;
  /** True if the client names a revision in full. */
  isImmutable: boolean;
  /** True if the client wants to save it. */
  isDownload: boolean;
}

/** Files of gists by name, as bytes. */
export function createRawFiles({ ports, encodings }: Services, respond: Responder) {
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

  function keep(key: string, body: Body): boolean {
    if (body.byteLength > largestKept) return false;
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
    return true;
  }

  /** The bytes that GitHub's JSON has; undefined where it does not have all of them as they are. */
  async function decode(entry: Entry, file: GistFile, blob: Blob | undefined): Promise<Body | undefined> {
    if (file.size === 0) return new Uint8Array();
    if (file.isTruncated) return undefined;
    const bytes = contentOf(entry, file);
    if (bytes.byteLength !== file.size) return undefined;
    // A replacement character may be the file's own, or stand for bytes that are no UTF-8.
    if (!file.isBase64 && hasReplacement(bytes) && !(await isBlob(bytes, blob?.id))) return undefined;
    if (blob && bytes.byteLength >= leastKept) keep(blob.key, bytes);
    return bytes;
  }

  function start(blob: Blob, size: number, ask: Omit<RawAsk, "into" | "resource">): Flight {
    const filling = createFilling(size);
    const resource = { key: blob.key, path: blob.path, accept: "*/*", apiVersion: "" };
    async function run(): Promise<void> {
      try {
        await fetchRaw({ ...ask, resource, into: filling } as RawAsk);
        keep(blob.key, filling.body());
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

  function pick(files: readonly GistFile[], name: string | undefined): GistFile {
    const file = name === undefined ? files[0] : files.find((one) => one.name === name);
    // Ranges, lengths and the memory for a file are counted by its size.
    if (file && Number.isNaN(file.size)) throw new EdgeError("bad-gateway", "GitHub gives no size of this file");
    if (file) return file;
    const names = files.slice(0, mostNames).map((one) => JSON.stringify(one.name));
    const rest = files.length > mostNames ? ` and ${files.length - mostNames} more` : "";
    throw new EdgeError("not-found", `Not Found. The files of this gist: ${names.join(", ") || "none"}${rest}`);
  }

  /** Responds with a file of a gist that GitHub has. @throws EdgeError */
  return async function respondWithFile(c: AppContext, found: Found, wanted: RawWanted): Promise<Response> {
    const { entry } = found.answer;
    const file = pick(filesOf(entry, found.resource.key, store), wanted.name);
    const etag = await toTag(entry, file);
    const { method, headers } = c.req.raw;
    const contentType = toFileType(file.name, !file.isBase64);
    const isCompressible = isTextType(contentType);
    const fields = {
      ...(wanted.isImmutable && { "cache-control": "public, max-age=31536000, immutable" }),
      "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      "accept-ranges": "bytes",
      ...(wanted.isDownload && { "content-disposition": toAttachment(file.name) }),
    };
    const send = (
      status: number,
      tag: string,
      more: Record<string, string>,
      body: BodyInit | null,
      did?: Source["did"],
    ) => {
      const answer = { ...found.answer, ...did, entry: { ...entry, etag: tag } };
      const { representation, self } = found;
      return respond.file(c, answer, {
        status,
        representation,
        self,
        isCompressible,
        fields: { ...fields, ...more },
        body,
      });
    };

    const preconditions = {
      ifNoneMatch: headers.get("if-none-match") ?? undefined,
      ifModifiedSince: headers.get("if-modified-since") ?? undefined,
    };
    if (isNotModified(preconditions, { etag, lastModified: entry.lastModified })) {
      // The validator that the client has: it names the coding of its copy.
      return send(304, preconditions.ifNoneMatch?.includes(`W/${etag}`) ? `W/${etag}` : etag, {}, null);
    }

    const range =
      method === "GET" && mayRange(headers.get("if-range"), etag)
        ? toRange(headers.get("range"), file.size)
        : undefined;
    if (range === "unsatisfiable") {
      return respond.error(
        c,
        new EdgeError("range-not-satisfiable", `The file has ${file.size} bytes`, { size: file.size }),
      );
    }
    const source = await find(c, entry, file, method !== "HEAD");
    const { did } = source ?? {};
    if (did) c.var.context.handling = did.handling;
    const type = { "content-type": contentType };
    if (!source) return send(200, etag, { ...type, "content-length": String(file.size) }, null);

    const { body, filled } = source;
    if (range || filled) {
      if (ports.admits?.(body) === false) throw tooManySlowClients();
      const { start: from, end } = range ?? { start: 0, end: file.size };
      const part = { body, start: from, end, ...(filled && { filled }) };
      const partial = range && { "content-range": `bytes ${from}-${end - 1}/${file.size}` };
      const length = { "content-length": String(end - from) };
      const stream = ports.toStream?.(part) ?? streamPart(part);
      return send(range ? 206 : 200, etag, { ...type, ...length, ...partial }, stream, did);
    }
    const accepted = isCompressible ? headers.get("accept-encoding") : null;
    const sent = await encodings.get({ ...entry, body }, accepted, toBlob(file)?.key ?? "");
    if (ports.admits?.(sent.body) === false) throw tooManySlowClients();
    // Other bytes have another strong validator (RFC 9110 section 8.8.3.3): the weak one is for all codings.
    const tag = sent.coding === undefined ? etag : `W/${etag}`;
    const coding = sent.coding !== undefined && { "content-encoding": sent.coding };
    const length = { "content-length": String(sent.body.byteLength) };
    const whole = method === "HEAD" ? null : (ports.toBody?.(sent.body) ?? sent.body);
    return send(200, tag, { ...type, ...length, ...coding }, whole);
  };
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
