import { createFetch, FetchError } from "ofetch";
import type { Config } from "../config/config.ts";

/** Transient failures of a server, after which the same GET may be retried. */
const retried = [500, 502, 503, 504];

interface RetryPorts {
  config: Pick<Config, "UPSTREAM_RETRIES" | "UPSTREAM_TRY_TIMEOUT_MS">;
  random: () => number;
}

/**
 * Retries a GET after a network failure, a timeout or a 5xx. Resolves with the last response, whatever its status.
 * @param attempt sends the request once
 * @param mayRetry false if a failed attempt must not be retried
 */
export function createRetries(
  { config, random }: RetryPorts,
  headers: Record<string, string>,
  attempt: (url: string, init: RequestInit) => Promise<Response>,
  mayRetry: () => boolean,
) {
  const { raw } = createFetch({
    fetch: attempt as typeof fetch,
    Headers,
    AbortController,
    defaults: {
      headers,
      redirect: "manual",
      responseType: "stream",
      timeout: config.UPSTREAM_TRY_TIMEOUT_MS,
      retry: config.UPSTREAM_RETRIES,
      retryStatusCodes: retried,
      retryDelay: () => 50 + random() * 200,
      onRequest({ options }) {
        // Or a retry would get the signal of the attempt that timed out (https://github.com/unjs/ofetch/pull/621).
        options.signal = null;
      },
      onRequestError({ options }) {
        if (!mayRetry()) options.retry = false;
      },
    },
  });

  return async function request(url: string): Promise<Response> {
    try {
      return await raw(url);
    } catch (thrown) {
      // ofetch throws a response with a 4xx or a 5xx.
      if (thrown instanceof FetchError && thrown.response) return thrown.response;
      throw thrown;
    }
  };
}

/** The error of an attempt, which ofetch wraps, and the signal of its timeout. */
export function unwrap(thrown: unknown): { cause?: unknown; signal?: AbortSignal | null | undefined } {
  return thrown instanceof FetchError ? { cause: thrown.cause, signal: thrown.options?.signal } : { cause: thrown };
}
