import { expect, test } from "vitest";
import { failureOf, toAsk } from "../../../test/support/layers.ts";
import { start } from "../../../test/support/ports.ts";
import { toConfig } from "../config/config.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { createFilling } from "./filling.ts";
import { createRawHost, type RawAsk } from "./raw-host.ts";
import { createRawRoom } from "./raw-room.ts";

const build = { version: "1.2.3", commit: "c0ffee" };

/** Reads a file of this size from a raw host that sends these parts, without a length. */
function read(size: number, parts: readonly string[]) {
  const into = createFilling(size);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  const rawHost = createRawHost(
    {
      config: toConfig({ UPSTREAM_RETRIES: "0" }),
      build,
      metrics: createMetrics(build),
      now: () => start,
      random: () => 0,
      log: () => undefined,
      fetch: async () => new Response(stream),
    },
    createRawRoom(1000, () => undefined),
  );
  const ask: RawAsk = { ...toAsk(), into };
  return { into, answer: rawHost(ask) };
}

test("readers get all bytes once the body has ended", async () => {
  const { into, answer } = read(6, ["abc", "def"]);
  expect(new TextDecoder().decode((await answer).entry.body)).toBe("abcdef");
  expect(into.count()).toBe(6);
});

test.each([
  { what: "in a part of its own", parts: ["abc", "def", "g"] },
  { what: "in one part with the end", parts: ["abc", "defg"] },
  { what: "in the first part", parts: ["abcdefg"] },
])("no reader gets the last byte of a body that is too long, the rest $what", async ({ parts }) => {
  const { into, answer } = read(6, parts);
  expect((await failureOf(answer)).message).toBe("GitHub's raw host sent more bytes than the file has");
  expect(into.count()).toBeLessThan(6);
});

test("nor that of one that is too short", async () => {
  const { into, answer } = read(6, ["abc", "de"]);
  expect((await failureOf(answer)).message).toBe("GitHub's raw host sent fewer bytes than the file has");
  expect(into.count()).toBeLessThan(6);
});
