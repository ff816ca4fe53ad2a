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

interface Waiting {
  above: number;
  resolve: (count: number) => void;
  reject: (error: unknown) => void;
}

export function createFilling(size: number): Filling {
  let body = new Uint8Array();
  let count = 0;
  let failure: { error: unknown } | undefined;
  let waiting: Waiting[] = [];

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
      const ready = waiting.filter(({ above }) => above < count);
      waiting = waiting.filter(({ above }) => above >= count);
      for (const { resolve } of ready) resolve(count);
    },
    fail(error) {
      failure = { error };
      for (const { reject } of waiting) reject(error);
      waiting = [];
    },
    filled(above) {
      if (count > above) return Promise.resolve(count);
      if (failure) return Promise.reject(failure.error);
      return new Promise((resolve, reject) => waiting.push({ above, resolve, reject }));
    },
  };
}
