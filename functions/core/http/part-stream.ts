/** A part of a body on its way to a client. */
export interface BodyPart {
  body: Uint8Array<ArrayBuffer>;
  /** The first byte, and the one after the last. */
  start: number;
  end: number;
  /**
   * Resolves with the number of bytes that are there, once they are more than this many; rejects if no more will come.
   * Absent if all are there.
   */
  filled?: (count: number) => Promise<number>;
}

/** Bytes handed on at once. */
export const chunkBytes = 64 * 1024;

export interface PartWatch {
  /** Called before and after each wait for more bytes. */
  onWait: (isWaiting: boolean) => void;
  /** Called when the last byte was handed on, and when no more will be. */
  onEnd: (isCancelled: boolean) => void;
  /** Called where the body breaks off. True if this has ended the response: the stream then ends without an error. */
  onBreak: () => boolean;
}

/** A part as a stream that is read at the client's pace. It breaks off where the body does. */
export function streamPart(
  { body, start, end, filled }: BodyPart,
  watch?: PartWatch,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = start;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        watch?.onWait(true);
        try {
          const there = filled ? await filled(at) : end;
          const next = Math.min(at + chunkBytes, there, end);
          controller.enqueue(body.subarray(at, next));
          at = next;
        } catch (thrown) {
          watch?.onEnd(true);
          if (!watch?.onBreak()) throw thrown;
          controller.close();
          return;
        }
        watch?.onWait(false);
        if (at < end) return;
        controller.close();
        watch?.onEnd(false);
      },
      cancel: () => watch?.onEnd(true),
    },
    { highWaterMark: 0 },
  );
}
