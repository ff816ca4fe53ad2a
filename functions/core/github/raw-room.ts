import { EdgeError } from "../errors.ts";

/** The memory for files on their way from GitHub. */
export interface RawRoom {
  /**
   * Resolves with a function that gives the bytes back, once there is room for them. In order of arrival.
   * @param bytes no more than the limit
   * @throws EdgeError service-unavailable if the signal is aborted first
   */
  take(bytes: number, signal: AbortSignal): Promise<() => void>;
}

/** @param onChange called with the bytes that are taken */
export function createRawRoom(limit: number, onChange: (bytes: number) => void): RawRoom {
  let taken = 0;
  const waiting = new Set<{ bytes: number; go: () => void }>();

  function grant(): void {
    for (const place of waiting) {
      if (taken + place.bytes > limit) break;
      waiting.delete(place);
      taken += place.bytes;
      place.go();
    }
    onChange(taken);
  }

  return {
    async take(bytes, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const place = { bytes, go: resolve };
      const refuse = (): void => {
        waiting.delete(place);
        reject(new EdgeError("service-unavailable", "Too many large files are being read", { retryAfter: 1 }));
        grant();
      };
      signal.addEventListener("abort", refuse);
      waiting.add(place);
      grant();
      try {
        await promise;
      } finally {
        signal.removeEventListener("abort", refuse);
      }
      return () => {
        taken -= bytes;
        grant();
      };
    },
  };
}
