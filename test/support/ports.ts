import type { Peer } from "../../functions/core/model.ts";
import { type App, createApp } from "../../functions/core/app.ts";
import { type Config, toConfig } from "../../functions/core/config/config.ts";
import { createFastPath } from "../../functions/core/serving/fast-path.ts";
import { createMetrics } from "../../functions/core/telemetry/metrics.ts";
import type { Asset, Log, Ports } from "../../functions/core/ports.ts";
import { createMemoryStore } from "../../functions/core/cache/store/memory.ts";
import { createGitHub } from "../../stand-in/app.ts";
import type { GitHub } from "../../stand-in/github.ts";

/** Where tests reach the app. */
export const origin = "https://gists.example";

/** When every test begins: ms since the Unix epoch. */
export const start = Date.UTC(2026, 10, 2, 12, 0, 0);

const build = { version: "1.2.3", commit: "0123456789abcdef" };

export interface LogLine {
  level: Parameters<Log>[0];
  message: string;
  fields: Record<string, unknown>;
}

/** An app over the stand-in and a clock that stands still unless told. */
export interface Service {
  app: App;
  ports: Ports;
  github: GitHub;
  log: LogLine[];
  /** Moves the clock that app and stand-in share, in milliseconds. */
  step(ms: number): void;
  /** Asks the app for a path under `origin`, or for a whole URL. */
  get(target: string, init?: RequestInit, peer?: Peer): Promise<Response>;
}

export interface ServiceOptions {
  /** Settings as in the environment. */
  env?: Record<string, string>;
  ports?: Partial<Ports>;
}

/** Ports of the real kind except for the outside: fake clock, network, chance, log and files. */
export function createService({ env = {}, ports: given = {} }: ServiceOptions = {}): Service {
  let now = start;
  const github = createGitHub({ origin: "https://api.github.com", now: () => now });
  const log: LogLine[] = [];
  const config: Config = toConfig({ UPSTREAM_RETRIES: "0", ...env });
  const ports: Ports = {
    config,
    build,
    fetch: (request, init) => github.fetch(request, init),
    store: createMemoryStore({
      maxEntries: config.CACHE_MAX_ENTRIES,
      maxBytes: config.CACHE_MAX_BYTES,
      now: () => now,
    }),
    now: () => now,
    elapsed: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    random: () => 0.5,
    waitUntil: () => undefined,
    metrics: createMetrics(build),
    log: (level, message, fields = {}) => log.push({ level, message, fields }),
    isReady: () => true,
    asset: async (name) => (Object.hasOwn(assets, name) ? assets[name] : undefined),
    ...given,
  };
  const app = createApp(ports, createFastPath);
  return {
    app,
    ports,
    github,
    log,
    step(ms) {
      now += ms;
    },
    get: (target, init, peer) => app.fetch(new Request(new URL(target, origin), init), peer),
  };
}

/** A peer that the entry trusts, or not, with the target as it came over the wire. */
export function toPeer(trusted: boolean, rawTarget?: string): Peer {
  return { trusted, ...(rawTarget !== undefined && { rawTarget }) };
}

/** All of a response that a client sees, for comparison. */
export async function seen(response: Response): Promise<{ status: number; headers: [string, string][]; body: string }> {
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

/** The targets of a `Link` header by rel. */
export function linksOf(response: Response): Map<string, string> {
  const header = response.headers.get("link") ?? "";
  return new Map([...header.matchAll(/<([^>]*)>; rel="([^"]*)"/g)].map(([, target = "", rel = ""]) => [rel, target]));
}

function toAsset(text: string, contentType: string): Asset {
  return { body: new TextEncoder().encode(text), contentType };
}

const assets: Record<string, Asset> = {
  "index.html": toAsset(
    '<!doctype html><meta name="edge-gists" content="{}"><title>Edge Gists</title>',
    "text/html; charset=utf-8",
  ),
  "docs.html": toAsset("<!doctype html><title>API</title>", "text/html; charset=utf-8"),
  "favicon.ico": toAsset("icon", "image/x-icon"),
  "style.css": toAsset("body{}", "text/css; charset=utf-8"),
};
