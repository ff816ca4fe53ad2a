import { EdgeError } from "../errors.ts";

/**
 * Reads a body whole, counting while it streams.
 * @param limit in bytes; beyond it the rest is not read
 * @throws EdgeError bad-gateway where it is larger; whatever the stream throws where it breaks off
 */
export async function readBody(response: Response, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
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
    chunks.push(value);
  }
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/** True where the bytes are one JSON text in UTF-8 (RFC 8259 section 8.1). */
export function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return true;
  } catch {
    return false;
  }
}
