import type { Peer } from "../model.ts";

/** A request as a server's own parser delivers it, before it becomes a URL or a Request. */
export interface RawRequest {
  method: string;
  /** The request target as received. */
  target: string;
  /** A header field by its lower-case name. */
  get: (name: string) => string | null;
  peer: Peer;
}

/** A response before it has the form that a runtime sends. */
export interface RawResponse {
  status: number;
  /** Field names and values in turn; the same array for as long as the same fields hold. */
  fields: readonly string[];
  /** Fields of this response only, in the same form. */
  extraFields?: readonly string[] | undefined;
  body: Uint8Array<ArrayBuffer> | undefined;
}

export function toWebResponse(
  { status, fields, extraFields = [] }: Omit<RawResponse, "body">,
  body: BodyInit | undefined,
): Response {
  const headers = new Headers();
  for (const list of [fields, extraFields]) {
    for (let index = 0; index < list.length; index += 2) headers.set(list[index]!, list[index + 1]!);
  }
  return new Response(body ?? null, { status, headers });
}
