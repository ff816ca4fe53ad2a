import { connect, createServer, type Socket } from "node:net";

/** A name that can be made to lead elsewhere, as DNS does: connections that stand stay where they are. */
export interface TcpProxy {
  port: number;
  /** Where connections that come from now on lead to: a loopback port. */
  moveTo(port: number): void;
  /** Connections that lead to a port now. */
  leadingTo(port: number): number;
  stop(): Promise<void>;
}

export async function startTcpProxy(first: number): Promise<TcpProxy> {
  let target = first;
  const standing = new Map<Socket, number>();
  const server = createServer((inner) => {
    const outer = connect(target, "127.0.0.1");
    standing.set(inner, target);
    inner.pipe(outer).pipe(inner);
    inner.on("error", () => outer.destroy()).on("close", () => void (standing.delete(inner), outer.destroy()));
    outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    moveTo: (port) => void (target = port),
    leadingTo: (port) => [...standing.values()].filter((one) => one === port).length,
    async stop() {
      for (const socket of standing.keys()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
