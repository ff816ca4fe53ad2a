import { EdgeError } from "../errors.ts";

/** The bytes that one call holds. */
export interface Reading {
  /** Resolves once there is room for these bytes too. @throws EdgeError service-unavailable where the signal is aborted first */
  take(bytes: number, signal: AbortSignal): Promise<void>;
  /** Releases all bytes that were taken. */
  end(): void;
}

/** The memory that all calls share while they read. */
export interface ReadRoom {
  begin(): Reading;
}

/**
 * Bounds the bytes of responses while they are read. A call that finds no room waits. One call at a time may exceed the
 * limit until it ends, or calls that each hold a part would wait for each other for ever: the excess is at most what one
 * call takes.
 * @param onChange called with the bytes that are taken
 */
export function createReadRoom(limit: number, onChange: (bytes: number) => void): ReadRoom {
  let taken = 0;
  /** In the order in which they began, with the bytes that they wait for. */
  const readings = new Set<{ bytes: number; wanted: number; go: () => void }>();
  let exceeding: object | undefined;

  function grant(): void {
    for (const reading of readings) {
      const { wanted, go } = reading;
      if (wanted === 0) continue;
      if (taken + wanted > limit) exceeding ??= reading;
      if (taken + wanted > limit && exceeding !== reading) continue;
      reading.wanted = 0;
      reading.bytes += wanted;
      taken += wanted;
      go();
    }
    onChange(taken);
  }

  return {
    begin() {
      const reading = { bytes: 0, wanted: 0, go: (): void => undefined };
      readings.add(reading);
      return {
        take(bytes, signal) {
          const { promise, resolve, reject } = Promise.withResolvers<void>();
          Object.assign(reading, { wanted: bytes, go: resolve });
          grant();
          if (reading.wanted === 0) return promise;
          const refuse = (): void => reject(busy());
          signal.addEventListener("abort", refuse);
          return promise.finally(() => signal.removeEventListener("abort", refuse));
        },
        end() {
          readings.delete(reading);
          taken -= reading.bytes;
          if (exceeding === reading) exceeding = undefined;
          grant();
        },
      };
    },
  };
}

function busy(): EdgeError {
  return new EdgeError("service-unavailable", "Too many large responses of GitHub are being read", { retryAfter: 1 });
}

/** Largest response that is read in the small room, in bytes. */
const maxSmall = 512 * 1024;

/**
 * Two rooms in one: a quarter for small responses, the rest for those that prove larger. A few large responses that come
 * slowly do not delay small ones.
 */
export function createReadRooms(limit: number, onChange: (bytes: number) => void): ReadRoom {
  const taken = [0, 0];
  const [small, large] = [limit / 4, (limit * 3) / 4].map((part, index) =>
    createReadRoom(part, (bytes) => {
      taken[index] = bytes;
      onChange(taken[0]! + taken[1]!);
    }),
  ) as [ReadRoom, ReadRoom];

  return {
    begin() {
      let reading = small.begin();
      let bytes = 0;
      return {
        async take(more, signal) {
          const isGrown = bytes <= maxSmall && bytes + more > maxSmall;
          bytes += more;
          if (!isGrown) return reading.take(more, signal);
          reading.end();
          reading = large.begin();
          return reading.take(bytes, signal);
        },
        end: () => reading.end(),
      };
    },
  };
}
