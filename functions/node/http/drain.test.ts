import { get, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, test } from "vitest";
import { ask, createAgent, drain, serve } from "../../../test/support/connections.ts";

const long = 60_000;

/** A server that responds on command, and reports each request. */
async function createSlow() {
  const held: ServerResponse[] = [];
  let told = Promise.withResolvers<void>();
  const server = await serve((_, response) => {
    held.push(response);
    told.resolve();
    told = Promise.withResolvers();
  });
  return { server, held, arrival: () => told.promise };
}

describe("draining", () => {
  test("ends if nothing is in flight, idle keep-alive connections or not", async () => {
    const server = await serve((_, response) => response.end("a"));
    await ask(server, createAgent());
    await drain(server, long);
    expect(server.listening).toBe(false);
  });

  test("responds to a request on a connection that was announced to stay open, and ends it", async () => {
    const server = await serve((_, response) => response.end("a"));
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    const answers = socket[Symbol.asyncIterator]();
    const connectionOf = async () => /^connection: (\S+)/im.exec(String((await answers.next()).value))?.[1];
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await connectionOf()).toBe("keep-alive");
    const drained = drain(server, long);
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await connectionOf()).toBe("close");
    expect((await answers.next()).done).toBe(true);
    await drained;
  });

  test("finishes requests in flight, and only then ends", async () => {
    const { server, held, arrival } = await createSlow();
    const arrived = arrival();
    const answer = ask(server, createAgent());
    await arrived;
    let over = false;
    const drained = drain(server, long).then(() => (over = true));
    await new Promise(setImmediate);
    expect(over).toBe(false);
    held[0]?.end("whole");
    expect(await answer).toBe("whole");
    await drained;
  });

  test("responds on connections that were opened and not yet accepted", async () => {
    let toldToReconnect = false;
    const server = await serve((_, response) => {
      toldToReconnect ||= server.listening && !response.shouldKeepAlive;
      response.end("a");
    });
    // Node accepts one in each turn of the event loop: most of them wait in the kernel's queue.
    const answers = Array.from({ length: 20 }, () => ask(server, createAgent()));
    await new Promise(setImmediate);
    await drain(server, long);
    expect(await Promise.allSettled(answers)).toEqual(answers.map(() => ({ status: "fulfilled", value: "a" })));
    // Clients that open another connection would keep the queue from ending.
    expect(toldToReconnect).toBe(false);
  });

  test("accepts no new connections", async () => {
    const { server, held, arrival } = await createSlow();
    const { port } = server.address() as AddressInfo;
    const arrived = arrival();
    const answer = ask(server, createAgent());
    await arrived;
    const drained = drain(server, long);
    await expect.poll(() => server.listening).toBe(false);
    const refused = new Promise<Error>((_, reject) =>
      get({ port, host: "127.0.0.1", agent: false }).on("error", reject),
    );
    await expect(refused).rejects.toThrow("ECONNREFUSED");
    held[0]?.end();
    await answer;
    await drained;
  });

  test("responds to a request that had begun to arrive, even with a listener that responds at once, and ends its connection", async () => {
    const server = await serve((request, response) => response.end(`answer to ${request.url}`));
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    const answers = socket[Symbol.asyncIterator]();
    // The first response shows that the beginning of the second request was read as well.
    socket.write("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n");
    const first = String((await answers.next()).value);
    const drained = drain(server, long);
    await expect.poll(() => server.listening).toBe(false);
    socket.write("\r\n");
    const second = String((await answers.next()).value);
    expect([first, second].map((text) => /^connection: (\S+)/im.exec(text)?.[1]?.toLowerCase())).toEqual([
      "keep-alive",
      "close",
    ]);
    expect(second).toContain("answer to /2");
    expect((await answers.next()).done).toBe(true);
    await drained;
  });

  test("sends the whole of an earlier response to a slow client", async () => {
    const size = 16 * 1024 * 1024;
    const server = await serve((_, response) => response.end(Buffer.alloc(size, "a")));
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => socket.once("readable", resolve));
    const drained = drain(server, long);
    // Longer than an idle connection may stay open.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    let received = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) received += chunk.length;
    expect(received).toBeGreaterThan(size);
    await drained;
  });

  test("closes remaining connections after the grace period", async () => {
    const { server, arrival } = await createSlow();
    const arrived = arrival();
    const cut = ask(server, createAgent()).catch((error: NodeJS.ErrnoException) => error.code);
    await arrived;
    await drain(server, 1);
    expect(await cut).toBe("ECONNRESET");
  });
});
