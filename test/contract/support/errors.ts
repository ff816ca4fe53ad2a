import { expect } from "vitest";

/** GitHub's error body, with `errors` if a field is to blame. */
export interface ErrorBody {
  message: string;
  documentation_url: string;
  status: string;
  errors?: { resource: string; field: string; code: string; message?: string }[];
}

/** Texts that no response may contain: a token, a stack, an internal host or path. */
const leaks =
  /good-|bad-token|ghp_|github_pat_|Bearer|127\.0\.0\.1|localhost|node_modules|\.(js|ts|mjs):\d|\n\s+at |file:\/\/|ECONN|ENOTFOUND|undici|workerd/i;

/** Fails if a text reveals more than a client may know. */
export function expectNoLeak(text: string): void {
  expect(text, "a response must hold no token, stack or internal host").not.toMatch(leaks);
}

/** Fails unless the body has GitHub's error shape, says nothing private, and carries the status as a string. */
export function expectErrorBody(text: string, status: number): ErrorBody {
  expectNoLeak(text);
  const body = JSON.parse(text) as ErrorBody;
  expect(body, "GitHub's error shape").toMatchObject({
    message: expect.stringMatching(/\S/),
    documentation_url: expect.stringMatching(/^https:\/\/docs\.github\.com\//),
    status: String(status),
  });
  for (const error of body.errors ?? []) {
    expect(error).toMatchObject({ resource: expect.any(String), field: expect.any(String), code: expect.any(String) });
    // zod's text without a message of ours, and without a language: the bundles have none (build/plugins/slim-zod.mjs).
    expect(error.message, `${error.resource} ${error.field}`).not.toBe("Invalid input");
  }
  return body;
}

/** The same for a whole response: its status and its content type too. */
export async function expectError(response: Response, status: number): Promise<ErrorBody> {
  const text = await response.text();
  expect(response.status, `${response.url} responded with ${text.slice(0, 300)}`).toBe(status);
  expect(response.headers.get("content-type")).toMatch(/^application\/json\b/);
  return expectErrorBody(text, status);
}

/** A local error: as above, and never to be kept by a cache. */
export async function expectLocalError(response: Response, status: number): Promise<ErrorBody> {
  expect(response.headers.get("cache-control"), "a local error is not cached").toBe("no-store");
  return expectError(response, status);
}
