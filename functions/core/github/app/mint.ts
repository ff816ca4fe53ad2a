import type { Ports } from "../../ports.ts";
import { readBody } from "../body.ts";
import { startDeadline } from "../deadline.ts";
import type { Sign } from "./app-key.ts";

/** A new token. */
export interface Minted {
  secret: string;
  /** Its remaining lifetime by GitHub's clock, in milliseconds. */
  lifetime: number;
  /** Its whole lifetime, where that is another. */
  total?: number;
  /** True if another process asked GitHub for it. */
  isShared?: boolean;
}

/** Why there is no new token. */
export interface Refusal {
  /** GitHub's status, if it responded. */
  status?: number;
  /** GitHub's `Retry-After`, in seconds. */
  retryAfter?: number;
  /** Name and message of the error, if it did not. */
  cause?: string;
}

/** Timeout for a new token, in milliseconds: GitHub delays those of an app that asks for many. */
export const timeout = 30_000;

/** Largest response, in bytes: it lists the repositories of the installation. */
const maxBytes = 1024 * 1024;

/** Difference between GitHub's clock and this one from which it counts, in milliseconds: less is the network's. */
const leastOffset = 30_000;

/** The times of a response have whole seconds; in milliseconds. */
const rounding = 1000;

/** GitHub's tokens live an hour. Longer is not believed, in milliseconds. */
const longest = 3_600_000;

const isToken = (value: unknown): value is string =>
  typeof value === "string" && /^[\u0021-\u007e]{1,4096}$/.test(value);

/**
 * Asks GitHub for tokens of installations
 * (https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app).
 */
export function createMint({ config, fetch, now, build }: Pick<Ports, "config" | "fetch" | "now" | "build">) {
  /** GitHub's clock minus this one, in milliseconds; 0 until GitHub refused a token for its times. */
  let offset = 0;

  async function send(installation: string, sign: Sign, signal: AbortSignal): Promise<Response> {
    return fetch(`${config.GITHUB_API_URL}/app/installations/${installation}/access_tokens`, {
      method: "POST",
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${await sign(now() + offset)}`,
        "user-agent": `edge-gists/${build.version}`,
        "x-github-api-version": "2022-11-28",
      },
      redirect: "manual",
      signal,
    });
  }

  /** True if this clock is wrong, which is then corrected. */
  function adjusts({ headers }: Response): boolean {
    const difference = Date.parse(headers.get("date") ?? "") - now();
    if (Number.isNaN(difference) || Math.abs(difference - offset) < leastOffset) return false;
    offset = difference;
    return true;
  }

  /** @param since when the request was sent */
  async function read(response: Response, signal: AbortSignal, since: number): Promise<Minted | Refusal> {
    const { status, headers } = response;
    if (status !== 201) {
      await response.body?.cancel().catch(() => undefined);
      const seconds = /^\d{1,6}$/.exec(headers.get("retry-after") ?? "")?.[0];
      return { status, ...(seconds !== undefined && { retryAfter: Number(seconds) }) };
    }
    const unbounded = { take: () => Promise.resolve(), end: () => undefined };
    const { bytes, isJson } = await readBody(response, maxBytes, unbounded, signal);
    const parsed: unknown = isJson ? JSON.parse(new TextDecoder().decode(bytes)) : undefined;
    const { token, expires_at: expires } = (parsed ?? {}) as { token?: unknown; expires_at?: unknown };
    // By GitHub's own clock, or a clock that is wrong would use it too long.
    const date = Date.parse(headers.get("date") ?? "");
    const whole = Math.min(Date.parse(String(expires)) - (Number.isNaN(date) ? now() : date), longest);
    const lifetime = whole - rounding - Math.max(now() - since, 0);
    return isToken(token) && lifetime > 0 ? { secret: token, lifetime } : { status, cause: "No token in the response" };
  }

  return async function mint(installation: string, sign: Sign): Promise<Minted | Refusal> {
    const { signal, end } = startDeadline(timeout);
    try {
      let since = now();
      let response = await send(installation, sign, signal);
      if (response.status === 401 && adjusts(response)) {
        await response.body?.cancel().catch(() => undefined);
        since = now();
        response = await send(installation, sign, signal);
      }
      return await read(response, signal, since);
    } catch (thrown) {
      return { cause: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : "unknown" };
    } finally {
      end();
    }
  };
}
