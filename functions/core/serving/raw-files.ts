import { filesOf, type GistFile } from "../cache/gist-files.ts";
import type { AppContext } from "../context.ts";
import { EdgeError } from "../errors.ts";
import { isNotModified } from "../http/conditional.ts";
import { isTextType, toAttachment, toFileType } from "../http/file-type.ts";
import { streamPart } from "../http/part-stream.ts";
import { mayRange, toRange } from "../http/range.ts";
import type { Found } from "../routes/resource.ts";
import type { Services } from "../routes/services.ts";
import { createFileSource, type Source } from "./file-source.ts";
import { type Responder, tooManySlowClients } from "./responder.ts";

/** Most files whose names an error lists. */
const mostNames = 10;

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
  const { store } = ports;
  const { find, toTag, keyOf } = createFileSource(ports);

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
    const sent = await encodings.get({ ...entry, body }, accepted, keyOf(file));
    if (ports.admits?.(sent.body) === false) throw tooManySlowClients();
    // Other bytes have another strong validator (RFC 9110 section 8.8.3.3): the weak one is for all codings.
    const tag = sent.coding === undefined ? etag : `W/${etag}`;
    const coding = sent.coding !== undefined && { "content-encoding": sent.coding };
    const length = { "content-length": String(sent.body.byteLength) };
    const whole = method === "HEAD" ? null : (ports.toBody?.(sent.body) ?? sent.body);
    return send(200, tag, { ...type, ...length, ...coding }, whole);
  };
}
