import type { TokenRefusal } from "./errors.ts";

/** The requests of a fault. */
export type Aim = {
  /** Prefix of the path, for instance `/users/octocat`; every path without. Letter case does not matter. */
  path?: string;
  /** Only requests with this token; '' for those without one. */
  token?: string;
  /** Maximum number of requests; without it, until it is cleared. */
  times?: number;
  /** Number of matching requests that pass first. */
  after?: number;
};

/** The fault. Those marked (socket) destroy the connection over HTTP and throw a TypeError when injected. */
export type Trouble =
  /** That status; `html` gives the page of a proxy, else GitHub's JSON (with `block` for 451). */
  | {
      kind: "status";
      status: number;
      html?: boolean;
      message?: string;
      headers?: Record<string, string>;
    }
  /** Never responds until the client goes away. */
  | { kind: "hang" }
  /** Responds as usual, `ms` later. Adds to other faults. */
  | { kind: "latency"; ms: number }
  /** (socket) Half of the body, or `bytes` of it, then the connection is destroyed; content-length promises all. */
  | { kind: "cut"; bytes?: number }
  /** 200 with JSON that ends too early, its length consistent. */
  | { kind: "malformed" }
  /** 200 and the right body under another content type; text/html by default. */
  | { kind: "content-type"; type?: string }
  /** The body without its last `bytes`, or with so many more if it is negative, under a length that agrees. */
  | { kind: "length"; bytes: number }
  /** 200 with a page of HTML. */
  | { kind: "html" }
  /** The right answer, `bytes` (1024) at a time with `ms` between. With a long `ms` it stalls in the body. */
  | { kind: "drip"; ms: number; bytes?: number }
  /** A redirect: to the numeric path of the same list, to a path, or to another origin. 302 by default. */
  | { kind: "redirect"; status?: 301 | 302 | 303 | 307 | 308; to?: string }
  /** (socket) Destroyed before a byte is sent; `refused` differs only when injected. See also `refuse`. */
  | { kind: "reset" }
  | { kind: "refused" }
  /** 200 and valid JSON of at least `bytes`, streamed, without content-length. */
  | { kind: "oversize"; bytes: number }
  /** 200 and 200 kB that claim to be compressed so many times over (6): undici takes five codings at most. */
  | { kind: "codings"; count?: number }
  /** The right answer without content-length. */
  | { kind: "chunked" }
  /** The right answer, or 304, with header fields of its own, such as odd `x-ratelimit-*`; `link` beside GitHub's. null: without. */
  | { kind: "fields"; fields: Record<string, string | null> }
  /** No body, with that status (200). */
  | { kind: "empty"; status?: number }
  /** A secondary limit; `retryAfter` in seconds, none where it is left out; in the words of now, or of older servers. */
  | { kind: "secondary"; status?: 403 | 429; retryAfter?: number; wording?: "abuse" }
  /** 403 about the token, whatever was asked for, with quota left; `why` is one of GitHub's reasons (errors.ts). */
  | { kind: "token-refused"; why: TokenRefusal }
  /** The primary limit used up, whatever the budget says; `resetIn` in seconds (3600). */
  | { kind: "primary"; status?: 403 | 429; resetIn?: number };

/** A fault: what goes wrong, and for whom. */
export type Fault = Trouble & Aim;

/** How a kind is shown to people: its name, what it is about, and an example to switch on. */
type Kind<Name extends Trouble["kind"]> = {
  title: string;
  /** GitHub is not there, it limits its clients, or it responds with something damaged. */
  about: "outage" | "limit" | "damage";
  example: Extract<Trouble, { kind: Name }>;
};

/** Every kind there is. A misspelt one that came over HTTP is refused. */
export const kinds: { [Name in Trouble["kind"]]: Kind<Name> } = {
  status: { title: "503 Unavailable", about: "outage", example: { kind: "status", status: 503 } },
  reset: { title: "Connection reset", about: "outage", example: { kind: "reset" } },
  refused: { title: "Connection refused", about: "outage", example: { kind: "refused" } },
  hang: { title: "No response", about: "outage", example: { kind: "hang" } },
  latency: { title: "2 seconds late", about: "outage", example: { kind: "latency", ms: 2000 } },
  drip: { title: "Slow body", about: "outage", example: { kind: "drip", ms: 100, bytes: 512 } },
  primary: { title: "Hourly limit", about: "limit", example: { kind: "primary", resetIn: 20 } },
  secondary: { title: "Secondary limit", about: "limit", example: { kind: "secondary", retryAfter: 20 } },
  "token-refused": {
    title: "Token refused",
    about: "limit",
    example: { kind: "token-refused", why: "suspended" },
  },
  cut: { title: "Cut body", about: "damage", example: { kind: "cut" } },
  malformed: { title: "Malformed JSON", about: "damage", example: { kind: "malformed" } },
  "content-type": { title: "Wrong type", about: "damage", example: { kind: "content-type" } },
  length: { title: "Missing end", about: "damage", example: { kind: "length", bytes: 100 } },
  html: { title: "HTML page", about: "damage", example: { kind: "html" } },
  empty: { title: "Empty body", about: "damage", example: { kind: "empty" } },
  oversize: { title: "30 MB body", about: "damage", example: { kind: "oversize", bytes: 30_000_000 } },
  codings: { title: "Six codings", about: "damage", example: { kind: "codings" } },
  chunked: { title: "No length", about: "damage", example: { kind: "chunked" } },
  redirect: { title: "Redirect", about: "damage", example: { kind: "redirect" } },
  fields: {
    title: "Odd header fields",
    about: "damage",
    example: { kind: "fields", fields: { "x-ratelimit-remaining": "none", etag: "unquoted" } },
  },
};

type Armed = { readonly fault: Fault; left: number; skip: number };

/** The faults that are switched on. */
export function createFaults() {
  let armed: Armed[] = [];
  return {
    /** Switches one on beside the others; undefined switches all off. */
    set(fault: Fault | undefined): void {
      if (fault === undefined) armed = [];
      else armed.push({ fault, left: fault.times ?? Infinity, skip: fault.after ?? 0 });
    },
    list: () => armed.map(({ fault, left }) => (left === Infinity ? { ...fault } : { ...fault, times: left })),
    /** The faults that meet this request: every latency, and the first of the others. */
    take(path: string, token: string | undefined): Fault[] {
      const met: Fault[] = [];
      for (const item of armed) {
        if (!isAimedAt(item.fault, path, token)) continue;
        const isLatency = item.fault.kind === "latency";
        if (!isLatency && met.some((fault) => fault.kind !== "latency")) continue;
        if (item.skip > 0) {
          item.skip -= 1;
          continue;
        }
        item.left -= 1;
        met.push(item.fault);
      }
      armed = armed.filter((item) => item.left > 0);
      return met;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;

function isAimedAt(fault: Aim, path: string, token: string | undefined): boolean {
  if (fault.token !== undefined && fault.token !== (token ?? "")) return false;
  return path.toLowerCase().startsWith((fault.path ?? "/").toLowerCase());
}
