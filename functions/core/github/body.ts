import { EdgeError } from "../errors.ts";
import { createJsonCheck, type JsonCheck } from "./json.ts";
import type { Reading } from "./read-room.ts";

/** A whole body. */
export interface ReadBody {
  bytes: Uint8Array<ArrayBuffer>;
  /** True if the bytes are one JSON text in UTF-8 (RFC 8259 section 8.1). */
  isJson: boolean;
}

/** Largest body for JSON.parse, in bytes: some ms at most. In a process that has just started it takes a tenth of the time of the check below. */
const maxParsed = 256 * 1024;

/** Copies of each byte while a body is read: its own chunk, and the whole body or its digest. */
const copies = 2;

/**
 * Reads a whole body; counts and checks it while it streams.
 * @param limit in bytes; the rest is not read
 * @param signal ends the wait for room
 * @throws EdgeError bad-gateway if the body is larger, service-unavailable if room is not free in time; the stream's
 * own error if it breaks off
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
      throw new EdgeError(
        "bad-gateway",
        `GitHub's response is larger than the ${limit} bytes that this service takes`,
        {
          upstreamStatus: response.status,
        },
      );
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
