import { type BodyPart, streamPart } from "../core/http/part-stream.ts";

/** Of workerd: a stream whose length its server sends as `Content-Length`. Of any other it would not. */
declare const FixedLengthStream: new (length: number) => TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>;

/** A part of a body as a stream of known length, so that a client can tell a broken transfer from a whole one. */
export function toStream(part: BodyPart): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new FixedLengthStream(part.end - part.start);
  // A client that leaves ends it, and so does a body that breaks off: the reader learns of both.
  void streamPart(part)
    .pipeTo(writable)
    .catch(() => undefined);
  return readable;
}
