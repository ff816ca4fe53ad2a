import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTurn, type Purged, type Texts } from "./turn.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** An object, and what outlives its memory. */
function create(stored: { last?: ReturnType<Purged["read"]> } = {}) {
  const texts: Texts = new Map();
  const purged: Purged = {
    read: () => stored.last,
    write: (last) => void (stored.last = last),
    clear: () => void (stored.last = undefined),
  };
  const turn = createTurn({ id: "object", texts, purged, now: Date.now });
  return { ...turn, stored, texts };
}

/** The outcome so far. */
async function stateOf(turn: ReturnType<ReturnType<typeof create>["take"]>) {
  await vi.advanceTimersByTimeAsync(0);
  return Promise.race([turn, Promise.resolve("waits")]);
}

const granted = { purge: "" };

describe("the turn of a key", () => {
  test("is one's; the others wait, and get what its holder stores", async () => {
    const { take, settle } = create();
    expect(await take("a", 5000, 3000)).toStrictEqual(granted);
    const others = [take("b", 5000, 3000), take("c", 5000, 3000)];
    for (const other of others) expect(await stateOf(other)).toBe("waits");
    expect(settle("", "text", 60_000)).toBe(true);
    expect(await Promise.all(others)).toStrictEqual([{ text: "text" }, { text: "text" }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is not given while what was stored is fresh", async () => {
    const { take, settle } = create();
    await take("a", 5000, 3000);
    settle("", "text", 60_000);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(await take("b", 5000, 3000)).toStrictEqual({ text: "text" });
    await vi.advanceTimersByTimeAsync(1);
    expect(await take("b", 5000, 3000)).toStrictEqual(granted);
  });

  test("goes to the first that waits where its holder stores nothing", async () => {
    const { take, release } = create();
    await take("a", 5000, 3000);
    const [b, c] = [take("b", 5000, 3000), take("c", 5000, 3000)];
    release("a");
    expect(await stateOf(b)).toStrictEqual(granted);
    expect(await stateOf(c)).toBe("waits");
    release("a");
    expect(await stateOf(c), "it is no longer a's to give").toBe("waits");
    release("b");
    expect(await stateOf(c)).toStrictEqual(granted);
    release("c");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("expires where its holder is gone, with and without others that wait", async () => {
    const { take } = create();
    await take("a", 5000, 3000);
    const b = take("b", 5000, 60_000);
    await vi.advanceTimersByTimeAsync(4999);
    expect(await stateOf(b)).toBe("waits");
    await vi.advanceTimersByTimeAsync(1);
    expect(await stateOf(b)).toStrictEqual(granted);
    expect(vi.getTimerCount(), "an idle object leaves memory").toBe(0);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await take("c", 5000, 0)).toStrictEqual(granted);
  });

  test("is waited for no longer than asked", async () => {
    const { take } = create();
    await take("a", 5000, 3000);
    expect(await take("b", 5000, 0)).toBeNull();
    const c = take("c", 5000, 3000);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await c).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends with a purge: its result is refused, and the first that waits gets the turn", async () => {
    const { take, settle, purge, texts } = create();
    await take("a", 5000, 3000);
    const b = take("b", 5000, 3000);
    purge("p1", 20_000);
    expect(await b).toStrictEqual({ purge: "p1" });
    expect(settle("", "old", 60_000)).toBe(false);
    expect(texts.get("object")).toBeUndefined();
    expect(settle("p1", "new", 60_000)).toBe(true);
    expect(await take("c", 5000, 0), "with the purge: a call for itself began after it").toStrictEqual({
      text: "new",
      purge: "p1",
    });
  });

  test("a refused result does not end the turn of another", async () => {
    const { take, settle, purge } = create();
    await take("a", 5000, 3000);
    purge("p1", 20_000);
    await take("b", 5000, 3000);
    settle("", "old", 60_000);
    expect(await take("c", 5000, 0)).toBeNull();
  });

  test("a purge is remembered beyond the object's memory, and then cleared", async () => {
    const stored = {};
    create(stored).purge("p1", 20_000);
    const later = create(stored);
    expect(later.settle("", "old", 60_000)).toBe(false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(later.settle("", "new", 60_000)).toBe(true);
    expect(stored).toStrictEqual({ last: undefined });
  });

  test("a purge drops what was stored", async () => {
    const { take, settle, purge } = create();
    await take("a", 5000, 3000);
    settle("", "text", 60_000);
    purge("p1", 20_000);
    expect(await take("b", 5000, 0)).toStrictEqual({ purge: "p1" });
  });
});
