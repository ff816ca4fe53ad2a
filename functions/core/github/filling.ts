/** A body while it arrives: many readers, each at its own pace, read what is there. */
export interface Filling {
  /** Bytes of the whole. */
  readonly size: number;
  /** As large as the whole once it is open; its rest is empty until it has arrived. */
  body(): Uint8Array<ArrayBuffer>;
  /** Takes the memory. */
  open(): void;
  /** Bytes that are there. */
  count(): number;
  /** Adds bytes, no more than are left. */
  push(part: Uint8Array): void;
  /** Ends it early: readers that wait, and later ones, get this error. */
  fail(error: unknown): void;
  /** Resolves with the count once it is above this; rejects if no more bytes will come. */
  filled(above: number): Promise<number>;
}

export function createFilling(size: number): Filling {
  let body = new Uint8Array();
  let count = 0;
  let failure: { error: unknown } | undefined;
  // Made by the request that fills, never by one that reads: workerd ends a request that waits for its own promise only.
  let change = Promise.withResolvers<void>();

  return {
    size,
    body: () => body,
    open() {
      body = new Uint8Array(size);
    },
    count: () => count,
    push(part) {
      body.set(part, count);
      count += part.byteLength;
      const { resolve } = change;
      change = Promise.withResolvers<void>();
      resolve();
    },
    fail(error) {
      failure = { error };
      change.resolve();
    },
    async filled(above) {
      for (;;) {
        if (count > above) return count;
        if (failure) throw failure.error;
        await change.promise;
      }
    },
  };
}
