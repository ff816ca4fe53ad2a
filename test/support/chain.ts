import { createHash } from "node:crypto";
import { vi } from "vitest";
// The service loads it at its first request, and nothing here waits for the real world.
import "../../functions/core/serving/router.ts";
import { createService, type Service } from "./ports.ts";

/** One call that reached GitHub's stand-in through the chain. */
export interface ChainCall {
  /** Media type, path and query: what the cache's key is made of. */
  key: string;
  conditional: boolean;
  /** On the shared clock; `until` and `status` once it ended, 0 for a connection that broke. */
  since: number;
  until?: number;
  status?: number;
  /** True if a fault was active when it was made. */
  spoilt: boolean;
  /** The remaining quota, and when it resets in seconds, as stated in this response. */
  remaining?: number;
  reset?: number;
}

export interface Chain extends Service {
  calls: ChainCall[];
  /** Moves the clock and every timer with it. */
  pass(ms: number): Promise<void>;
  /** Waits until every request has a response, or only time is left to wait for. */
  rest(): Promise<void>;
  /** Asks, and remembers that it waits. */
  send(target: string): Promise<Response>;
  /** Violations of what must hold for each call as it is made. */
  violations: string[];
}

/**
 * Timers that move with the clock only, and digests that come at once: nothing waits for
 * the real world any more. Undone by `vi.useRealTimers` and `vi.restoreAllMocks`.
 */
export function fakeTimers(): void {
  vi.spyOn(crypto.subtle, "digest").mockImplementation(async (_, data) => {
    const { buffer, byteOffset, byteLength } = createHash("sha256")
      .update(data as Uint8Array)
      .digest();
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
}

/** The whole service over the stand-in, with every call watched. `fakeTimers` first. */
export function createChain(env: Record<string, string>): Chain {
  const calls: ChainCall[] = [];
  const violations: string[] = [];
  let waiting = 0;
  const service: Service = createService({ env, ports: { fetch: watched } });
  const { github } = service;

  async function watched(url: string, init?: RequestInit): Promise<Response> {
    const headers = new Headers(init?.headers);
    const call: ChainCall = {
      key: `${headers.get("accept")} ${url}`,
      conditional: headers.has("if-none-match"),
      since: github.now(),
      spoilt: github.faults().length > 0,
    };
    if (calls.some(({ key, until }) => key === call.key && until === undefined))
      violations.push(`two calls for ${call.key}`);
    calls.push(call);
    try {
      const response = await github.fetch(url, init);
      call.status = response.status;
      const [remaining, reset] = ["remaining", "reset"].map((name) => response.headers.get(`x-ratelimit-${name}`));
      if (remaining && reset) Object.assign(call, { remaining: Number(remaining), reset: Number(reset) });
      return response;
    } catch (thrown) {
      call.status = 0;
      throw thrown;
    } finally {
      call.until = github.now();
    }
  }

  const turn = () => new Promise((resolve) => setImmediate(resolve));
  async function rest(): Promise<void> {
    let before = "";
    for (let still = 0; still < 20; still += 1) {
      await turn();
      const state = `${waiting} ${calls.length} ${calls.filter(({ until }) => until === undefined).length}`;
      if (state !== before) still = 0;
      before = state;
    }
  }

  return {
    ...service,
    calls,
    violations,
    rest,
    async pass(ms) {
      await rest();
      service.step(ms);
      await vi.advanceTimersByTimeAsync(ms);
      await rest();
    },
    async send(target) {
      waiting += 1;
      try {
        return await service.get(target);
      } finally {
        waiting -= 1;
      }
    },
  };
}
