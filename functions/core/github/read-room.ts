import { EdgeError } from "../errors.ts";

/** One call's part of the room. */
export interface Reading {
  /** Resolves once there is room for so many bytes more. @throws EdgeError service-unavailable where the signal comes first */
  take(bytes: number, signal: AbortSignal): Promise<void>;
  /** Gives back all that was taken. */
  end(): void;
}

/** The room that all calls share while they read. */
export interface ReadRoom {
  begin(): Reading;
}

/**
 * A bound on the bytes that answers take while they are read. A call that finds no room reads on later. One at a time may
 * pass the bound until it has ended, or calls that hold a part each would wait for each other for ever: so it is passed by
 * what one call takes, at most.
 * @param onChange told the bytes that are taken
 */
export function createReadRoom(limit: number, onChange: (bytes: number) => void): ReadRoom {
  let taken = 0;
  /** In the order in which they began, with what they wait for. */
  const readings = new Set<{ bytes: number; wanted: number; go: () => void }>();
  let beyond: object | undefined;

  function grant(): void {
    for (const reading of readings) {
      const { wanted, go } = reading;
      if (wanted === 0) continue;
      if (taken + wanted > limit) beyond ??= reading;
      if (taken + wanted > limit && beyond !== reading) continue;
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
          if (beyond === reading) beyond = undefined;
          grant();
        },
      };
    },
  };
}

function busy(): EdgeError {
  return new EdgeError("service-unavailable", "Too many large answers of GitHub are being read", { retryAfter: 1 });
}

/** Bytes up to which a call is a small one. */
const small = 512 * 1024;

/**
 * Two rooms in one: a quarter for small calls, the rest for those that turn out larger, so that a few large answers which
 * come slowly hold up no small one.
 */
export function createReadRooms(limit: number, onChange: (bytes: number) => void): ReadRoom {
  const taken = [0, 0];
  const [few, many] = [limit / 4, (limit * 3) / 4].map((part, index) =>
    createReadRoom(part, (bytes) => {
      taken[index] = bytes;
      onChange(taken[0]! + taken[1]!);
    }),
  ) as [ReadRoom, ReadRoom];

  return {
    begin() {
      let reading = few.begin();
      let bytes = 0;
      return {
        async take(more, signal) {
          const isGrown = bytes <= small && bytes + more > small;
          bytes += more;
          if (!isGrown) return reading.take(more, signal);
          reading.end();
          reading = many.begin();
          return reading.take(bytes, signal);
        },
        end: () => reading.end(),
      };
    },
  };
}
