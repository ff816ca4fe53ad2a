import { describe, expect, test } from "vitest";
import { failureOf } from "../../../test/support/layers.ts";
import { readBody } from "./body.ts";
import { createReadRoom } from "./read-room.ts";

const never = new AbortController().signal;
const limit = 10_000_000;

/** A body in parts as they come from a network. */
function respond(text: string, part = 10_000): Response {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.subarray(at, (at += part)));
      },
    }),
  );
}

function read(response: Response, most = limit) {
  const taken: number[] = [];
  const room = createReadRoom(limit, (bytes) => taken.push(bytes));
  return { body: readBody(response, most, room.begin(), never), taken };
}

// Parsed whole, and checked as it streams.
describe.each([1000, 100_000, 1_000_000])("a body of %d bytes", (size) => {
  const filler = "é\\n".repeat(size / 4);

  test("is read byte for byte, and known as JSON", async () => {
    const text = JSON.stringify({ filler });
    const { bytes, isJson } = await read(respond(text)).body;
    expect(new TextDecoder().decode(bytes)).toBe(text);
    expect(isJson).toBe(true);
  });

  test.each([
    ["cut off", `["${filler}"`],
    ["wrong at its beginning", `{${filler}}`],
    ["wrong at its end", `["${filler}"]]`],
    ["with a byte order mark", `\ufeff["${filler}"]`],
  ])("is known as no JSON: %s", async (_, text) => {
    expect((await read(respond(text)).body).isJson).toBe(false);
  });

  test("counts what it takes, twice", async () => {
    const text = JSON.stringify(filler);
    const { body, taken } = read(respond(text));
    const { bytes } = await body;
    expect(Math.max(...taken)).toBe(bytes.length * 2);
  });
});

test("a body larger than allowed is not read on", async () => {
  const { body, taken } = read(respond("x".repeat(1_000_000)), 50_000);
  expect(await failureOf(body)).toMatchObject({ failure: "bad-gateway" });
  expect(Math.max(...taken)).toBeLessThanOrEqual(100_000);
});

test("no body is no JSON", async () => {
  expect(await read(new Response(null, { status: 304 })).body).toEqual({ bytes: new Uint8Array(), isJson: false });
});
