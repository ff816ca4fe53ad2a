import { EdgeError } from "../errors.ts";
import { createJsonCheck, type JsonCheck } from "./json.ts";
import type { Reading } from "./read-room.ts";

/** A body as it was read. */
export interface ReadBody {
  bytes: Uint8Array<ArrayBuffer>;
  /** True where the bytes are one JSON text in UTF-8 (RFC 8259 section 8.1). */
  isJson: boolean;
}

/** Largest body that is parsed at once, in bytes: some ms at most. A process that has just started parses it in a tenth of the time. */
const maxParsed = 256 * 1024;

/** What a byte takes while it is read: itself, and once more in the whole body or for its digest. */
const copies = 2;

/**
 * Reads a body whole, counting and checking while it streams.
 * @param limit in bytes; beyond it the rest is not read
 * @param signal ends the wait for room
 * @throws EdgeError bad-gateway where it is larger, service-unavailable where it finds no room in time; whatever the
 * stream throws where it breaks off
 */
export async function readBody(
  response: Response,
  limit: number,
  reading: Reading,
  signal: AbortSignal,
): Promise<ReadBody> {
  if (response.body === null) return { bytes: new Uint8Array(), isJson: false };
  let check: JsonCheck | undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isJson = true;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      void reader.cancel().catch(() => undefined);
      throw new EdgeError("bad-gateway", `GitHub's answer is larger than the ${limit} bytes that this service takes`, {
        upstreamStatus: response.status,
      });
    }
    await reading.take(value.byteLength * copies, signal);
    chunks.push(value);
    if (check) isJson &&= check.push(value);
    else if (size > maxParsed) isJson = chunks.every((check = createJsonCheck()).push);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return { bytes, isJson: check ? isJson && check.end() : canParse(bytes) };
}

function canParse(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
