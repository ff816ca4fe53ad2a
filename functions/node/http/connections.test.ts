import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { ask, createAgent, serve } from "../../../test/support/connections.ts";

describe("too many connections", () => {
  test("an idle one is closed, and none with a request in flight", async () => {
    let cut = 0;
    const held: ServerResponse[] = [];
    const server = await serve(
      (request, response) => (request.url === "/slow" ? held.push(response) : response.end("a")),
      3,
      () => (cut += 1),
    );
    const { port } = server.address() as AddressInfo;
    const closed: number[] = [];
    const open = async (index: number, target: string): Promise<Socket> => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      socket.once("close", () => closed.push(index));
      await once(socket, "connect");
      socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      if (target === "/slow") await expect.poll(() => held.length).toBe(1);
      else await once(socket, "data");
      return socket;
    };
    const slow = await open(0, "/slow");
    await open(1, "/");
    await open(2, "/");
    await open(3, "/");
    await expect.poll(() => closed).toEqual([1]);
    expect(cut).toBe(1);
    held[0]?.end("whole");
    expect(String((await once(slow, "data"))[0])).toContain("whole");
  });

  test("one that never sent a request is closed first", async () => {
    const server = await serve((_, response) => response.end("a"), 2);
    const { port } = server.address() as AddressInfo;
    const agent = createAgent();
    expect(await ask(server, agent)).toBe("a");
    const silent = connect(port, "127.0.0.1").on("error", () => undefined);
    await once(silent, "connect");
    const closed = once(silent, "close");
    expect(await ask(server, createAgent())).toBe("a");
    await closed;
    expect(await ask(server, agent)).toBe("a");
  });

  test("a new one is closed if all others have a request in flight", async () => {
    const held: ServerResponse[] = [];
    const server = await serve((_, response) => held.push(response), 1);
    const answer = ask(server, createAgent());
    await expect.poll(() => held.length).toBe(1);
    await expect(ask(server, createAgent())).rejects.toThrow(/ECONNRESET|hang up/);
    held[0]?.end("whole");
    expect(await answer).toBe("whole");
  });
});
