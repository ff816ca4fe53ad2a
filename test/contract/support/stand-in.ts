import { expect } from "vitest";
import type { Call } from "../../../stand-in/calls.ts";
import { createClient } from "../../../stand-in/client.ts";
import type { Service } from "./service.ts";

/** A service's stand-in: its control, and the log of what the service asked it. */
export function standIn(service: Pick<Service, "github">) {
  const client = createClient(service.github);
  return {
    ...client,
    /** The calls of the service, oldest first; those of a test that asks the stand-in itself are left out. */
    calls: async (matches: (call: Call) => boolean = () => true): Promise<Call[]> =>
      (await client.calls()).filter((call) => isOfService(call) && matches(call)),
  };
}

function isOfService(call: Call): boolean {
  return call.headers["user-agent"]?.startsWith("edge-gists/") === true;
}

/** True of calls whose query carries this `since`, however it is escaped. */
export function bySince(time: string): (call: Call) => boolean {
  return (call) => new URLSearchParams(call.query).get("since") === time;
}

/** GitHub's own response: from the stand-in directly, with a separate token. */
export function askGitHub(github: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${github}${path}`, {
    headers: { accept: "application/vnd.github+json", authorization: "Bearer good-direct", ...headers },
  });
}

/**
 * Does something, and fails if the service called GitHub meanwhile.
 * @param allowed paths that may be asked for all the same
 */
export async function withoutCalls<T>(
  service: Pick<Service, "github">,
  work: () => Promise<T>,
  allowed: readonly string[] = [],
): Promise<T> {
  const { calls } = standIn(service);
  const before = (await calls()).length;
  const result = await work();
  const made = (await calls())
    .slice(before)
    .filter(({ path }) => !allowed.includes(path))
    .map(({ method, path, query }) => `${method} ${path}${query}`);
  expect(made, "no call to GitHub may come of this").toEqual([]);
  return result;
}
