import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createMetrics } from "../../core/telemetry/metrics.ts";
import { createSending } from "./sending.ts";

const timeout = 30_000;
const maxBytes = 40 * 1024 * 1024;
/** More than a kernel buffers for a client that reads nothing. */
const large = 16 * 1024 * 1024;

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

function create() {
  let now = 0;
  const metrics = createMetrics({ version: "1.2.3", commit: "c0ffee" });
  const log: string[] = [];
  const sending = createSending({
    maxBytes,
    timeout,
    elapsed: () => now,
    metrics,
    log: (level, message, fields) => log.push(`${level} ${message} ${JSON.stringify(fields)}`),
  });
  const read = async (series: string): Promise<number> => {
    const { body } = await metrics.expose(undefined);
    return Number(
      body
        .split("\n")
        .find((line) => line.startsWith(`${series} `))
        ?.split(" ")[1] ?? 0,
    );
  };
  return {
    sending,
    log,
    step: (ms: number) => void (now += ms),
    inFlight: () => read("http_response_bytes_in_flight"),
    cut: (reason: string) => read(`http_responses_cut_total{reason="${reason}"}`),
  };
}

function bytes(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(size).map((_, at) => at % 251);
}

/** A client that has sent its request and reads nothing until told. */
async function ask(listener: RequestListener, more = ""): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const answered = new Promise<unknown>((resolve) =>
    server.once("request", (request) => request.socket.once("close", resolve)),
  );
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  sockets.push(socket);
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${more}`);
  await new Promise((resolve) => socket.once("readable", resolve));
  return { socket, closed: answered };
}

/** All bytes that arrive until the body has that many. */
async function readBody(socket: Socket, size: number, each = async (): Promise<void> => undefined): Promise<Buffer> {
  let received = Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let count = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    count += chunk.length;
    await each();
    const head = chunks[0]!.indexOf("\r\n\r\n") + 4;
    if (count >= head + size) {
      received = Buffer.concat(chunks).subarray(head);
      break;
    }
  }
  return received;
}

describe("a body in transit", () => {
  test.each([100, 64 * 1024, large])("of %d bytes arrives whole, and then the count is 0", async (size) => {
    const { sending, inFlight } = create();
    const body = bytes(size);
    const { socket } = await ask((_, response) => {
      response.writeHead(200, { "content-length": size });
      sending.end(response, body);
    });
    expect(Buffer.compare(await readBody(socket, size), body)).toBe(0);
    await expect.poll(inFlight).toBe(0);
  });

  test("is counted while its client does not read it, and cut off after the timeout", async () => {
    const { sending, inFlight, cut, step, log } = create();
    const body = bytes(large);
    const { closed } = await ask((_, response) => {
      response.writeHead(200, { "content-length": large });
      sending.end(response, body);
    });
    expect(await inFlight()).toBe(large);
    step(timeout - 1);
    await sleep(1500);
    expect(await inFlight()).toBe(large);
    step(1);
    await closed;
    await expect.poll(inFlight).toBe(0);
    expect(await cut("stalled")).toBe(1);
    expect(log).toEqual(['warn clients took nothing of their responses: cut {"count":1,"reason":"stalled"}']);
  });

  test("is served to a client that reads a little now and then, however long that takes", async () => {
    const { sending, cut, step } = create();
    const body = bytes(large);
    const { socket } = await ask((_, response) => {
      response.writeHead(200, { "content-length": large });
      sending.end(response, body);
    });
    let turns = 0;
    const received = await readBody(socket, large, async () => {
      step(timeout / 100);
      // The pause is long enough for a check of clients that read nothing.
      if (turns++ % 80 === 0) await sleep(50);
    });
    expect(Buffer.compare(received, body)).toBe(0);
    expect(turns * (timeout / 100)).toBeGreaterThan(timeout);
    expect(await cut("stalled")).toBe(0);
  });

  test.each(["fast", "as a stream"])("that waits for another on its connection is not idle: %s", async (way) => {
    const { sending, cut, step, inFlight } = create();
    const bodies = [bytes(large), bytes(large)];
    const { socket } = await ask((request, response) => {
      const body = bodies[request.url === "/" ? 0 : 1]!;
      response.writeHead(200, { "content-length": large });
      if (way === "fast") return sending.end(response, body);
      const stream = new Response(sending.toBody(body)).body!;
      sending.adopt(stream, response);
      return void Readable.fromWeb(stream as never).pipe(response);
    }, "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    let turns = 0;
    // The head of the second response comes between.
    await readBody(socket, 2 * large, async () => {
      step(timeout / 100);
      if (turns++ % 160 === 0) await sleep(50);
    });
    expect(await cut("stalled")).toBe(0);
    socket.destroy();
    await expect.poll(inFlight).toBe(0);
  });

  test("ends with its connection, and so do those that wait after it", async () => {
    const { sending, cut, step, inFlight } = create();
    const { closed } = await ask((_, response) => {
      response.writeHead(200, { "content-length": large });
      sending.end(response, bytes(large));
    }, "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await inFlight()).toBe(2 * large);
    step(timeout);
    await closed;
    await expect.poll(inFlight).toBe(0);
    expect(await cut("stalled")).toBe(1);
  });

  test("that goes to several clients counts once", async () => {
    const { sending, inFlight } = create();
    const body = bytes(large);
    const listener: RequestListener = (_, response) => {
      response.writeHead(200, { "content-length": large });
      sending.end(response, body);
    };
    await Promise.all([ask(listener), ask(listener), ask(listener)]);
    expect(await inFlight()).toBe(large);
  });
});

describe("room", () => {
  test("is refused beyond the limit, except for a body that is already in transit", async () => {
    const { sending } = create();
    const bodies = [bytes(large), bytes(large)];
    for (const body of bodies) {
      expect(sending.admits(body)).toBe(true);
      await ask((_, response) => {
        response.writeHead(200, { "content-length": large });
        sending.end(response, body);
      });
    }
    expect(sending.admits(bytes(large))).toBe(false);
    expect(sending.admits(bodies[0]!)).toBe(true);
    expect(sending.admits(bytes(1000))).toBe(true);
  });

  test("is made by cutting off clients that read nothing for a while, and no other", async () => {
    const { sending, step, cut } = create();
    const clients = [];
    for (const body of [bytes(large), bytes(large)]) {
      clients.push(
        await ask((_, response) => {
          response.writeHead(200, { "content-length": large });
          sending.end(response, body);
        }),
      );
      step(3000);
    }
    // The second read something 3 s ago, the first 6 s ago.
    expect(sending.admits(bytes(large))).toBe(true);
    await clients[0]!.closed;
    expect(await cut("room")).toBe(1);
    expect(clients[1]!.socket.readyState).toBe("open");
  });

  test("is available to one body above the limit if no other is in transit", () => {
    expect(create().sending.admits(new Uint8Array(maxBytes + 1))).toBe(true);
  });
});

describe("a body as a stream", () => {
  test("has the same bytes, and is counted until it is read", async () => {
    const { sending, inFlight } = create();
    const body = bytes(large);
    const stream = sending.toBody(body);
    expect(await inFlight()).toBe(large);
    expect(Buffer.compare(new Uint8Array(await new Response(stream).arrayBuffer()), body)).toBe(0);
    expect(await inFlight()).toBe(0);
  });

  test("is not counted once its reader has gone", async () => {
    const { sending, inFlight } = create();
    await new Response(sending.toBody(bytes(large))).body?.cancel();
    expect(await inFlight()).toBe(0);
  });

  test("is cut off with its response", async () => {
    const { sending, step, inFlight, cut } = create();
    const { closed } = await ask(async (_, response) => {
      response.writeHead(200, { "content-length": large });
      const stream = new Response(sending.toBody(bytes(large))).body!;
      sending.adopt(stream, response);
      const reader = stream.getReader();
      response.write((await reader.read()).value);
    });
    step(timeout);
    await closed;
    expect(await inFlight()).toBe(0);
    expect(await cut("stalled")).toBe(1);
  });

  test("is not used for a small body, which stays bytes", () => {
    const body = bytes(1000);
    expect(create().sending.toBody(body)).toBe(body);
  });
});

describe("a part of a body", () => {
  test("counts the whole body, once for all its parts", async () => {
    const { sending, inFlight } = create();
    const body = bytes(large);
    const streams = [0, 1000, 2000].map((start) => sending.toStream({ body, start, end: large }));
    expect(await inFlight()).toBe(large);
    for (const stream of streams) await stream.cancel();
    expect(await inFlight()).toBe(0);
  });

  test("that waits for bytes is not cut off: its client has nothing to read", async () => {
    const { sending, step, log } = create();
    const { promise, resolve } = Promise.withResolvers<number>();
    const body = bytes(large);
    const reader = sending.toStream({ body, start: 0, end: large, filled: () => promise }).getReader();
    const first = reader.read();
    await sleep(0);
    step(timeout * 2);
    expect(sending.admits(new Uint8Array(maxBytes)), "it still holds its bytes").toBe(false);
    expect(log).toEqual([]);
    resolve(1000);
    expect((await first).value).toEqual(body.subarray(0, 1000));
  });

  test("that breaks off ends its connection, and is no error for the server to print", async () => {
    const { sending, inFlight } = create();
    const body = bytes(1000);
    const arrives = async (count: number): Promise<number> => {
      if (count < 500) return 500;
      await sleep(50);
      throw new Error("broke off");
    };
    let outcome: Promise<unknown> | undefined;
    const { socket } = await ask((_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      const stream = sending.toStream({ body, start: 0, end: 1000, filled: arrives });
      sending.adopt(stream, response);
      outcome = (async () => {
        for await (const part of stream) response.write(part);
      })();
    });
    const received = [socket.read() as Buffer];
    socket.on("data", (part: Buffer) => received.push(part));
    await once(socket, "close");
    expect(Buffer.concat(received).toString("latin1").split("\r\n\r\n")[1]).toHaveLength(500);
    await expect(outcome).resolves.toBeUndefined();
    expect(await inFlight()).toBe(0);
  });

  test("that breaks off before its response is known is an error of the stream", async () => {
    const { sending, inFlight } = create();
    const filled = () => Promise.reject(new Error("broke off"));
    const stream = sending.toStream({ body: bytes(1000), start: 0, end: 1000, filled });
    await expect(stream.getReader().read()).rejects.toThrow("broke off");
    expect(await inFlight()).toBe(0);
  });

  test("whose client has left before the response is known holds nothing", async () => {
    const { sending, inFlight } = create();
    const left = Promise.withResolvers<void>();
    const { socket } = await ask((request, response) => {
      response.write("x");
      request.socket.once("close", () => {
        sending.adopt(sending.toStream({ body: bytes(large), start: 0, end: large }), response);
        left.resolve();
      });
    });
    socket.destroy();
    await left.promise;
    expect(await inFlight()).toBe(0);
  });
});
