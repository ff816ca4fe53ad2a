import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A running service and its GitHub. */
export interface Instance {
  /** The service's origin. */
  base: string;
  /** The origin of its GitHub stand-in. */
  github: string;
}

export interface Started extends Instance {
  stop: () => Promise<void>;
}

export interface Lender {
  /** A loopback port. A connection to it gets an instance as a line of JSON, and keeps it until it closes. */
  port: number;
  /** Ends all instances. */
  stop: () => Promise<void>;
}

/** Starts an instance for each connection, and ends it when the connection closes. */
export async function lend(start: () => Promise<Started>): Promise<Lender> {
  const sockets = new Set<Socket>();
  const lent = new Set<Promise<unknown>>();

  async function serve(socket: Socket): Promise<void> {
    const closed = new Promise((resolve) => socket.once("close", resolve));
    try {
      const { stop, ...instance } = await start();
      socket.write(`${JSON.stringify(instance)}\n`);
      await closed;
      await stop();
    } catch (error) {
      socket.end(`${JSON.stringify({ error: String(error) })}\n`);
    }
  }
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    const served = serve(socket);
    lent.add(served);
    void served.finally(() => lent.delete(served));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(lent);
    },
  };
}
