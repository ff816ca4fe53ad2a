import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import memory from "unstorage/drivers/memory";
import { createClock, settle } from "../../../../test/support/layers.ts";
import { createTestApp } from "../../../../test/support/github-app.ts";
import { toConfig } from "../../config/config.ts";
import type { Sharing } from "../../cache/store/create.ts";
import type { Leases } from "../../cache/store/shared.ts";
import { createAppKey } from "./app-key.ts";
import { type Mint, shareMint } from "./shared-mint.ts";

const hour = 3_600_000;
const { seal } = (await createAppKey("id", createTestApp([7]).privateKey))!;
const other = (await createAppKey("id", createTestApp([7], true).privateKey))!;

/** Leases of one holder for a key. */
function createLeases(): Leases {
  const held = new Map<string, string>();
  return {
    take: async (key, holder) => (held.has(key) ? undefined : (held.set(key, holder), "")),
    release: async (key, holder) => void (held.get(key) === holder && held.delete(key)),
    store: async () => true,
    purge: async () => undefined,
  };
}

/** Processes that share a tier, and the requests to GitHub of all of them. */
function create(sharing: Sharing = { driver: memory(), leases: createLeases() }) {
  const clock = createClock();
  const asked: (string | undefined)[] = [];
  const waits: (() => void)[] = [];
  let answer: Awaited<ReturnType<Mint>> | undefined;
  const config = toConfig({ SHARED_CACHE_TIMEOUT_MS: "50" });
  async function ask(): ReturnType<Mint> {
    const number = asked.push(undefined);
    if (answer) return answer;
    await new Promise<void>((resolve) => waits.push(resolve));
    return { secret: `token-${number}`, lifetime: hour };
  }
  const start = (one = seal) => shareMint(ask, sharing, () => one, { config, now: clock.now, sleep: () => sleep(10) });
  return {
    clock,
    asked,
    start,
    refuse: () => (answer = { status: 502 }),
    release: () => waits.splice(0).forEach((go) => go()),
    waits,
  };
}

test("of many processes that need a token at once, one asks GitHub", async () => {
  const { start, asked, release, waits } = create();
  const works = Array.from({ length: 8 }, () => start()("7"));
  await expect.poll(() => waits.length).toBe(1);
  await settle();
  release();
  const made = await Promise.all(works);
  expect(asked).toHaveLength(1);
  expect(new Set(made.map((one) => "secret" in one && one.secret))).toStrictEqual(new Set(["token-1"]));
  expect(made.filter((one) => "isShared" in one)).toHaveLength(7);
});

/** Asks, and lets GitHub respond if it is asked. */
async function get({ release }: ReturnType<typeof create>, mint: Mint, last?: string) {
  const work = mint("7", last);
  const timer = setInterval(release, 1);
  return work.finally(() => clearInterval(timer));
}

test("a shared token has the life that is left of it, and is not taken when it is due", async () => {
  const made = create();
  const { clock, start } = made;
  await get(made, start());
  clock.step(hour / 2);
  const half = { secret: "token-1", lifetime: hour / 2, total: hour, isShared: true };
  expect(await get(made, start())).toStrictEqual(half);
  clock.step(hour / 4);
  expect(await get(made, start())).toStrictEqual({ secret: "token-2", lifetime: hour });
});

test("a token that is no longer wanted is not taken again", async () => {
  const made = create();
  const mint = made.start();
  await get(made, mint);
  expect(await get(made, mint, "token-1")).toStrictEqual({ secret: "token-2", lifetime: hour });
  expect(await get(made, mint, "token-1")).toMatchObject({ secret: "token-2", isShared: true });
});

test("what another key made, or nobody, is no token", async () => {
  const driver = memory();
  const made = create({ driver });
  await get(made, made.start(other.seal));
  expect(await get(made, made.start())).toStrictEqual({ secret: "token-2", lifetime: hour });
  const [key] = await driver.getKeys("", {});
  for (const text of [
    "sealed x",
    "sealed ",
    "",
    "{}",
    JSON.stringify({ secret: "forged", expiresAt: 9e15, total: 1 }),
  ]) {
    await driver.setItem!(key!, text, {});
    expect(await get(made, made.start())).not.toHaveProperty("isShared");
  }
});

test("the tier has no token that can be read", async () => {
  const driver = memory();
  const made = create({ driver });
  await get(made, made.start());
  const [key, ...more] = await driver.getKeys("", {});
  expect(more).toStrictEqual([]);
  expect(`${key} ${await driver.getItem(key!)}`).not.toMatch(/token-1/);
});

test("a failure is not shared", async () => {
  const made = create();
  made.refuse();
  expect(await get(made, made.start())).toStrictEqual({ status: 502 });
  expect(await get(made, made.start())).toStrictEqual({ status: 502 });
  expect(made.asked).toHaveLength(2);
});

test.each([
  ["fails", () => Promise.reject(new Error("down"))],
  ["hangs", () => new Promise<never>(() => undefined)],
])("a tier that %s is not needed", async (_, fail) => {
  const leases = { take: fail, release: fail, store: fail, purge: fail };
  const made = create({ driver: { ...memory(), getItem: fail, setItem: fail }, leases });
  expect(await get(made, made.start())).toStrictEqual({ secret: "token-1", lifetime: hour });
});

test("a holder that is gone is not waited for for ever", async () => {
  const leases = { ...createLeases(), take: async () => undefined };
  const made = create({ driver: memory(), leases });
  expect(await get(made, made.start())).toStrictEqual({ secret: "token-1", lifetime: hour });
});
