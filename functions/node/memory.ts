import type { NodeConfig } from "./config.ts";

const mebibyte = 1024 ** 2;

/** Code, heap and what the garbage collector has not freed yet: measured under attack by `npm run bench soak`. */
const base = 224 * mebibyte;

/** Maximum memory of a connection: its socket, its parser and half a request head of 16 KiB. */
const connection = 32 * 1024;

/**
 * The most resident memory that the process needs by its settings, in bytes. What is read from GitHub is held twice while
 * it is read, one response may pass `UPSTREAM_MAX_BYTES`, and pages that `all=true` waits for may have left the cache.
 */
export function toMemoryNeed(
  config: Pick<
    NodeConfig,
    | "CACHE_MAX_BYTES"
    | "SEND_MAX_BYTES"
    | "UPSTREAM_MAX_BYTES"
    | "GITHUB_RAW_MAX_BYTES"
    | "MAX_BODY_BYTES"
    | "MAX_CONNECTIONS"
  >,
): number {
  const { CACHE_MAX_BYTES, SEND_MAX_BYTES, UPSTREAM_MAX_BYTES, GITHUB_RAW_MAX_BYTES } = config;
  const { MAX_BODY_BYTES, MAX_CONNECTIONS } = config;
  return (
    base +
    CACHE_MAX_BYTES +
    SEND_MAX_BYTES +
    UPSTREAM_MAX_BYTES +
    GITHUB_RAW_MAX_BYTES +
    3 * MAX_BODY_BYTES +
    MAX_CONNECTIONS * connection
  );
}
