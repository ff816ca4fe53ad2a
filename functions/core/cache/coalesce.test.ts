import { describe, expect, test, vi } from "vitest";
import { createNext, down, failureOf, settle, textOf, toAnswer, toAsk, toEntry } from "../../../test/support/layers.ts";
import { start } from "../../../test/support/ports.ts";
import { EdgeError } from "../errors.ts";
import { createGenerations } from "./store/generations.ts";
import { coalesce } from "./coalesce.ts";
import { tagsIn } from "./tags.ts";
import { type Handling, handlings } from "../model.ts";

function create() {
  const next = createNext();
  const background: Promise<unknown>[] = [];
  const onWaiters = vi.fn<(count: number) => void>();
  const generations = createGenerations();
  const fetch = coalesce(next.fetch, {
    store: {
      purges: generations.last,
      isPurged: (key, number, body) => [key, ...(body ? tagsIn(body) : [])].some((tag) => generations.of(tag) > number),
    },
    waitUntil: (work) => void background.push(work),
    onWaiters,
  });
  return { next, background, fetch, onWaiters, purge: generations.begin };
}

test("who comes after a purge does not wait for what was asked before", async () => {
  const { fetch, next, purge } = create();
  const before = fetch(toAsk());
  purge("one");
  const after = [fetch(toAsk()), fetch(toAsk())];
  expect(next.calls).toHaveLength(2);
  next.calls[1]?.answer(toAnswer(start));
  await Promise.all(after);
  next.calls[0]?.answer(toAnswer(start));
  await before;
});

test("nobody gets from another's run a gist that was purged meanwhile", async () => {
  const { fetch, next, purge } = create();
  const leader = fetch(toAsk());
  const before = fetch(toAsk());
  purge("gist:ab1");
  const after = fetch(toAsk());
  expect(next.calls).toHaveLength(1);
  const toList = (version: string) => toEntry(`[{"url":"https://x/gists/ab1","v":"${version}"}]`);
  next.calls[0]?.answer(toAnswer(start, { entry: toList("old") }));
  expect(textOf((await leader).entry)).toContain("old");
  await settle();
  expect(next.calls).toHaveLength(2);
  next.calls[1]?.answer(toAnswer(start, { entry: toList("new") }));
  for (const answer of await Promise.all([before, after])) expect(textOf(answer.entry)).toContain("new");
});

describe("many who ask for one key", () => {
  test("cause one run, and all get its answer", async () => {
    const { fetch, next } = create();
    const work = Array.from({ length: 100 }, () => fetch(toAsk()));
    expect(next.calls).toHaveLength(1);
    const answer = toAnswer(start);
    next.calls[0]?.answer(answer);
    const answers = await Promise.all(work);
    expect(answers[0]).toBe(answer);
    for (const { entry, handling } of answers.slice(1)) {
      expect(entry).toBe(answer.entry);
      expect(handling).toBe("COALESCED");
    }
  });

  test("fail with it, and the next one tries anew", async () => {
    const { fetch, next, background } = create();
    const work = [1, 2, 3].map(() => failureOf(fetch(toAsk())));
    const error = down();
    next.calls[0]?.fail(error);
    expect(await Promise.all(work)).toStrictEqual([error, error, error]);
    await expect(Promise.all(background)).resolves.toHaveLength(1);
    void fetch(toAsk());
    expect(next.calls).toHaveLength(2);
  });

  test("who comes after the answer starts a run of its own", async () => {
    const { fetch, next } = create();
    const first = fetch(toAsk());
    next.calls[0]?.answer(toAnswer(start));
    await first;
    void fetch(toAsk());
    expect(next.calls).toHaveLength(2);
  });

  test("of other keys do not wait", () => {
    const { fetch, next } = create();
    for (const key of ["a", "b", "a", "c"]) void fetch(toAsk(key));
    expect(next.calls.map(({ ask }) => ask.resource.key)).toStrictEqual(["a", "b", "c"]);
  });
});

test.each(handlings)("followers of a leader that was %s are told truly what happened to them", async (handling) => {
  const { fetch, next } = create();
  const work = [fetch(toAsk()), fetch(toAsk())];
  next.calls[0]?.answer(toAnswer(start, { handling }));
  const waited: Handling[] = ["MISS", "REVALIDATED", "CHANGED", "COALESCED"];
  const [leader, follower] = await Promise.all(work);
  expect(leader?.handling).toBe(handling);
  expect(follower?.handling).toBe(waited.includes(handling) ? "COALESCED" : handling);
});

test("the run goes on for the runtime where its client goes away", async () => {
  const { fetch, next, background } = create();
  void fetch(toAsk());
  expect(background).toHaveLength(1);
  let isOver = false;
  void background[0]?.finally(() => (isOver = true));
  await settle();
  expect(isOver).toBe(false);
  next.calls[0]?.answer(toAnswer(start));
  await expect(background[0]).resolves.toBeDefined();
});

describe("a leader refused for its own greed", () => {
  const greedy = () => new EdgeError("rate-limited", "too much", { client: "crawler", retryAfter: 9 });

  test("is no reason to refuse others: one of them leads, and the rest follow", async () => {
    const { fetch, next } = create();
    const crawler = failureOf(fetch(toAsk("one", { client: "crawler" })));
    const again = failureOf(fetch(toAsk("one", { client: "crawler" })));
    const others = [fetch(toAsk("one", { client: "a" })), fetch(toAsk("one", { client: "b" })), fetch(toAsk())];
    next.calls[0]?.fail(greedy());
    await expect(crawler).resolves.toMatchObject({ failure: "rate-limited" });
    await expect(again).resolves.toMatchObject({ failure: "rate-limited" });
    await settle();
    expect(next.calls).toHaveLength(2);
    next.calls[1]?.answer(toAnswer(start));
    expect((await Promise.all(others)).map(({ handling }) => handling)).toStrictEqual([
      "MISS",
      "COALESCED",
      "COALESCED",
    ]);
  });

  test("the service's own limit is everybody's", async () => {
    const { fetch, next } = create();
    const work = ["a", "b"].map((client) => failureOf(fetch(toAsk("one", { client }))));
    next.calls[0]?.fail(new EdgeError("rate-limited", "budget", { retryAfter: 9 }));
    await Promise.all(work);
    expect(next.calls).toHaveLength(1);
  });
});

test("the number that wait is told, and comes back to none however it ends", async () => {
  const { fetch, next, onWaiters } = create();
  const work = [1, 2, 3].map(() => failureOf(fetch(toAsk())));
  expect(onWaiters).toHaveBeenLastCalledWith(2);
  next.calls[0]?.fail(down());
  await Promise.all(work);
  expect(onWaiters).toHaveBeenLastCalledWith(0);
});
