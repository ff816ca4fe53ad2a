import { describe, expect, test } from "vitest";
import { createClock, settle } from "../../../../test/support/layers.ts";
import { toConfig } from "../../config/config.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { createInstallation } from "./installation.ts";
import type { Minted, Refusal } from "./mint.ts";

const hour = 3_600_000;
const minute = 60_000;

/** An installation whose requests for tokens the test answers. */
function create() {
  const clock = createClock();
  const asked: ((answer: Minted | Refusal) => void)[] = [];
  const log: (readonly [level: string, message: string, fields?: object])[] = [];
  const background: Promise<unknown>[] = [];
  const metrics = createMetrics({ version: "1", commit: "c" });
  const installation = createInstallation(
    { installation: "7", index: 3, mint: () => new Promise((resolve) => asked.push(resolve)) },
    {
      config: toConfig({}),
      now: clock.now,
      random: () => 0.5,
      log: (...line) => log.push(line),
      metrics,
      waitUntil: (work) => void background.push(work),
    },
  );
  const token = async () => (await installation.token())?.secret;
  /** Prepares, and answers the request that this makes, if any. */
  async function prepare(answer: Minted | Refusal): Promise<void> {
    const { length } = asked;
    const work = installation.prepare();
    await settle();
    asked[length]?.(answer);
    await work;
    await settle();
  }
  return { clock, asked, log, background, metrics, installation, token, prepare };
}

const made = (secret: string, lifetime = hour) => ({ secret, lifetime });

describe("a token", () => {
  test("is made when it is first needed, once for all who wait, and its id says nothing of it", async () => {
    const { installation, asked, token, background } = create();
    expect(installation.hasToken()).toBe(false);
    expect(installation.isFailing()).toBe(false);
    expect(await token()).toBeUndefined();
    const waiting = [installation.prepare(), installation.prepare(), installation.prepare()];
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]?.(made("one"));
    await Promise.all(waiting);
    expect(background.length).toBeGreaterThan(0);
    expect(await installation.token()).toStrictEqual({ id: await installation.id(), secret: "one", isRenewed: true });
    expect(await installation.id()).toMatch(/^[\da-f]{12}$/);
    expect(await create().installation.id()).toBe(await installation.id());
  });

  test("is renewed five minutes before its end, in the background", async () => {
    const { installation, asked, clock, token, prepare } = create();
    await prepare(made("one"));
    clock.step(hour - 5 * minute - 1);
    await installation.prepare();
    expect(asked).toHaveLength(1);
    clock.step(1);
    await installation.prepare();
    expect(asked).toHaveLength(2);
    await installation.prepare();
    expect(asked, "one request at a time").toHaveLength(2);
    expect(await token()).toBe("one");
    asked[1]?.(made("two"));
    await settle();
    expect(await token(), "GitHub may not know the new one everywhere").toBe("one");
    clock.step(5000);
    expect(await token()).toBe("two");
    clock.step(5 * minute);
    await installation.prepare();
    expect(await token()).toBe("two");
    expect(asked).toHaveLength(2);
  });

  test("of a short life is renewed in its last quarter", async () => {
    const { installation, asked, clock, prepare } = create();
    await prepare(made("one", 8000));
    clock.step(5999);
    await installation.prepare();
    expect(asked).toHaveLength(1);
    clock.step(1);
    await installation.prepare();
    expect(asked).toHaveLength(2);
  });

  test("of a short life replaces the old one sooner", async () => {
    const { clock, token, prepare } = create();
    await prepare(made("one", 8000));
    clock.step(6000);
    await prepare(made("two", 8000));
    expect(await token()).toBe("one");
    clock.step(400);
    expect(await token()).toBe("two");
  });

  test("is not used in its last seconds: callers wait for another", async () => {
    const { installation, clock, token, prepare } = create();
    await prepare(made("one"));
    clock.step(hour - 30_000);
    expect(installation.hasToken()).toBe(false);
    await prepare(made("two"));
    expect(await token()).toBe("two");
  });

  test("that GitHub refuses is replaced; a new one that is refused is kept, for it may not be known yet", async () => {
    const { installation, clock, token, prepare } = create();
    await prepare(made("one"));
    installation.refuse("one");
    expect(await token()).toBe("one");
    clock.step(5000);
    installation.refuse("another");
    expect(await token()).toBe("one");
    installation.refuse("one");
    expect(installation.hasToken()).toBe(false);
    await prepare(made("two"));
    expect(await token()).toBe("two");
  });
});

describe("a failure", () => {
  test("while the old token is valid is tried again after growing pauses, and disturbs nobody", async () => {
    const { installation, asked, clock, token, prepare, log, metrics } = create();
    await prepare(made("one"));
    clock.step(hour - 5 * minute);
    for (const pause of [875, 1750, 3500]) {
      const { length } = asked;
      await prepare({ status: 502 });
      expect(asked).toHaveLength(length + 1);
      expect(await token()).toBe("one");
      expect(installation.isFailing()).toBe(false);
      clock.step(pause - 1);
      await installation.prepare();
      expect(asked, "none before the end of the pause").toHaveLength(length + 1);
      clock.step(1);
    }
    expect(log[0]).toEqual(["warn", "no new token for the GitHub App", { token: 3, seconds: 1, status: 502 }]);
    await prepare(made("two"));
    expect(log.at(-1)).toStrictEqual(["info", "the GitHub App has a token again", { token: 3 }]);
    const text = (await metrics.expose(undefined)).body;
    expect(text).toContain('github_app_tokens_total{token="3",outcome="made"} 2');
    expect(text).toContain('github_app_tokens_total{token="3",outcome="failed"} 3');
  });

  test.each([
    ["of the network", { cause: "TypeError: fetch failed" }, [0.875, 1.75, 3.5, 7]],
    ["of a wrong key", { status: 401 }, [1.75, 3.5, 7, 14]],
    ["of a suspended installation", { status: 403 }, [1.75, 3.5, 7, 14]],
    ["of a limit", { status: 403, retryAfter: 20 }, [20, 20, 20, 20]],
  ])("%s without a valid token is an error, with its own pauses", async (_, refusal, pauses) => {
    const { installation, asked, clock, prepare, log } = create();
    for (const pause of pauses) {
      await prepare(refusal);
      expect(installation.isFailing()).toBe(true);
      expect(log.at(-1)?.slice(0, 2)).toStrictEqual(["error", "no new token for the GitHub App"]);
      const { length } = asked;
      clock.step(pause * 1000 - 1);
      await installation.prepare();
      expect(asked, "none before the end of the pause").toHaveLength(length);
      clock.step(1);
    }
  });

  test("ends with the longest pause, and at once for another key", async () => {
    const { installation, asked, clock, prepare } = create();
    for (let n = 0; n < 12; n++) {
      await prepare({ status: 401 });
      clock.step(600_000);
    }
    const { length } = asked;
    await prepare({ status: 401 });
    expect(asked).toHaveLength(length + 1);
    await installation.prepare();
    expect(asked).toHaveLength(length + 1);
    installation.retry();
    await prepare(made("one"));
    expect(installation.hasToken()).toBe(true);
  });

  test("does not last because the clock is set back", async () => {
    const { asked, clock, prepare } = create();
    await prepare({ status: 401 });
    clock.step(-hour);
    await prepare(made("one"));
    expect(asked).toHaveLength(2);
  });
});
