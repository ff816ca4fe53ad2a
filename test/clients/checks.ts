import { expect } from "vitest";
import type { Facts } from "./facts.ts";
import type { Client, Scenario } from "../../docs/generate/client-matrix.ts";
import type { Seen } from "./support/front.ts";
import { limits, startInstance, type Instance, type Instances } from "./support/instances.ts";
import type { Answer } from "./support/program.ts";

/** What a scenario is run with, over what it is run with otherwise. */
export interface Ask {
  instance?: Instance;
  enterprise?: boolean;
  /** The scenario's name in the client's program. */
  as?: Scenario;
  [parameter: string]: unknown;
}

/** What a client got, and what it asked of the service for that. */
export interface Heard {
  answer: Answer;
  seen: readonly Seen[];
  /** Both in words, for a failure. */
  said: string;
}

/** One client on one runtime. */
export interface Session {
  client: Client;
  facts: Facts;
  instances: Instances;
  run: (scenario: Scenario, ask?: Ask) => Promise<Heard>;
  /** What its snippet prints. */
  snippet: () => Promise<string>;
}

/** Runs a scenario, and expects that the client gets that much. */
async function gets({ run }: Session, scenario: Scenario, expected: object, ask?: Ask): Promise<Heard> {
  const heard = await run(scenario, ask);
  expect(heard.answer.ok, heard.said).toMatchObject(expected);
  return heard;
}

async function getsAllGists(session: Session, scenario: Scenario, ask?: Ask): Promise<void> {
  const { gists } = session.facts;
  await gets(session, scenario, { count: gists, unique: gists }, { as: "user-gists", ...ask });
}

/** gh ends a file with a line break of its own. */
async function getsContent({ run }: Session, scenario: Scenario, expected: string, ask?: Ask): Promise<void> {
  const { answer, said } = await run(scenario, ask);
  expect((answer.ok as { content?: string } | undefined)?.content?.trimEnd(), said).toBe(expected.trimEnd());
}

/** The limited instances have the first in their caches, and not the second. */
function limitedGists({ facts }: Session): { cached: string; uncached: string } {
  const [cached = "", uncached = ""] = facts.spare;
  return { cached, uncached };
}

async function knowsLimit(session: Session, kind: "primary" | "secondary"): Promise<void> {
  const { client, instances } = session;
  const { uncached } = limitedGists(session);
  const { answer, seen, said } = await session.run(`${kind}-limit`, { instance: instances[kind], uncached });
  expect([client.errors[kind]].flat(), said).toContain(answer.error?.type);
  const left = limits[kind] - (Date.now() - instances.limitedAt) / 1000;
  expect(answer.error?.wait ?? 0, said).toBeGreaterThan(left - 10);
  expect(answer.error?.wait ?? 0, said).toBeLessThan(left + 20);
  const tries = seen.filter(({ target }) => target.includes(uncached));
  expect(tries, `it asks once; ${said}`).toHaveLength(1);
}

/** What each scenario must come to. */
export const checks: Record<Scenario, (session: Session) => Promise<unknown>> = {
  "user-gists": (session) => getsAllGists(session, "user-gists"),
  "other-base": (session) => getsAllGists(session, "other-base", { enterprise: !session.client.enterprise }),
  "trailing-slash": (session) => getsAllGists(session, "trailing-slash", { slash: true }),
  since: (session) => {
    const { time, count } = session.facts.since;
    return gets(session, "since", { count }, { since: time });
  },
  gist: (session) => {
    const { id, files } = session.facts.gist;
    return gets(session, "gist", { id, files });
  },
  revision: (session) => {
    const { versions, old } = session.facts.gist;
    return getsContent(session, "revision", old, { sha: versions.at(-1) });
  },
  history: (session) => {
    const { id, versions } = session.client.strict ? session.facts.gist : session.facts.revised;
    return gets(session, "history", { versions }, { gist: id });
  },
  comments: (session) => {
    const { id, comments } = session.client.strict ? session.facts.quiet : session.facts.talkative;
    return gets(session, "comments", { count: comments }, { gist: id });
  },
  forks: (session) => gets(session, "forks", { count: session.facts.gist.forks }),
  file: (session) => getsContent(session, "file", session.facts.gist.content),
  user: (session) => gets(session, "user", { login: session.facts.username, id: session.facts.id }),
  anonymous: (session) => gets(session, "anonymous", { count: 30 }),

  async previews(session) {
    const { seen } = await gets(session, "previews", { id: session.facts.gist.id });
    expect(seen[0]?.headers.accept).toContain("mercy-preview");
  },

  async follow(session) {
    const { username, gist } = session.facts;
    // The prefix is how a client says that URLs must lead back here.
    const { seen, said } = await gets(session, "follow", { login: username }, { enterprise: true });
    const paths = {
      gist: `/api/v3/gists/${gist.id}`,
      commits: `/api/v3/gists/${gist.id}/commits`,
      owner: `/api/v3/users/${username}`,
    };
    const answered = seen.filter(({ status }) => status === 200).map(({ target }) => target.split("?")[0]);
    for (const followed of session.client.follows) expect(answered, said).toContain(paths[followed]);
  },

  async "not-found"({ client, instances, run }) {
    const none = "0".repeat(20);
    const { answer, said } = await run("not-found", { gist: none });
    expect(answer.error?.type, said).toBe(client.errors.notFound);
    // gh says it in words of its own.
    expect(answer.error?.status ?? 404, said).toBe(404);
    const asked = await instances.free.standIn.calls(`/gists/${none}`);
    expect(asked, "it was GitHub that said it").not.toEqual([]);
  },

  async conditional(session) {
    const { seen, said } = await gets(session, "conditional", { unchanged: true });
    // githubkit shares its cache between its instances: the first may be a 304 too.
    expect(seen, said).toHaveLength(2);
    expect(seen[1]?.status, said).toBe(304);
  },

  async "rate-limit"({ instances, run }) {
    const served = await (await fetch(`${instances.free.plain.url}/rate_limit`)).json();
    const { resources } = served as { resources: { core: { limit: number } } };
    expect(resources.core.limit).toBeGreaterThan(60);
    const { answer, seen, said } = await run("rate-limit");
    // Some invent a limit.
    expect(seen.at(-1), said).toMatchObject({ target: expect.stringContaining("/rate_limit"), status: 200 });
    expect(answer.ok, said).toMatchObject({ limit: resources.core.limit, remaining: expect.any(Number) });
    const { limit, remaining, used } = answer.ok as { limit: number; remaining: number; used?: number };
    expect(remaining, said).toBeGreaterThan(0);
    expect(used ?? limit - remaining, said).toBe(limit - remaining);
  },

  "primary-limit": (session) => knowsLimit(session, "primary"),
  "secondary-limit": (session) => knowsLimit(session, "secondary"),
  "cached-while-limited": (session) => {
    const { cached } = limitedGists(session);
    const found = [{ id: cached }, { id: cached }];
    return gets(session, "cached-while-limited", found, { instance: session.instances.primary, cached });
  },
  "cached-after-limit": (session) => {
    const ids = limitedGists(session);
    return gets(session, "cached-after-limit", { id: ids.cached }, { instance: session.instances.primary, ...ids });
  },

  async wait(session) {
    const { uncached } = limitedGists(session);
    // An instance of its own: a limit that one client does not wait for would meet the next.
    const instance = await startInstance(session.instances.certificate);
    try {
      await instance.standIn.fault({ kind: "secondary", retryAfter: 3, times: 1 });
      const started = performance.now();
      const { seen, said } = await gets(session, "wait", { id: uncached }, { instance, uncached });
      expect(performance.now() - started, said).toBeGreaterThanOrEqual(2500);
      const tries = seen.filter(({ target }) => target.includes(uncached));
      expect(tries, `it asks twice; ${said}`).toHaveLength(2);
    } finally {
      await instance.close();
    }
  },

  async snippet({ facts, snippet }) {
    expect(await snippet()).toBe(String(facts.gists));
  },
};
