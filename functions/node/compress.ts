import { promisify } from "node:util";
import type { Coding } from "../core/http/coding.ts";

/**
 * Compresses on a thread of Node's pool. Loaded with the first body that needs it: a cold start has none. Brotli's
 * quality 5 of 11 gives a smaller body than gzip's best at about gzip's cost.
 */
export async function compress(coding: Coding, body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { brotliCompress, constants, gzip } = await import("node:zlib");
  if (coding === "gzip") return promisify(gzip)(body);
  return promisify(brotliCompress)(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
    },
  });
}
