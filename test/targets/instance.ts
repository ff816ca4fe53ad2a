import { createConnection } from "node:net";
import { inject } from "vitest";
import "./provided.ts";
import type { Instance } from "./lend.ts";

/** Asks for an instance; it ends with the connection, and that with this process. */
function borrow(port: number): Promise<Instance> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.setEncoding("utf8");
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`no instance: ${text || "the connection was closed"}`)));
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (!text.endsWith("\n")) return;
      // Nothing else keeps the process.
      socket.unref();
      const { error, ...instance } = JSON.parse(text) as Instance & { error?: string };
      if (error === undefined) resolve(instance);
      else reject(new Error(error));
    });
  });
}

const lender = inject("lender");

/**
 * The instance with default settings that the files of one vitest worker share. They run one after another, so nobody
 * else asks it meanwhile; tests ask for keys of their own. Behind a gateway it is the one that runs there.
 */
export const instance: Instance =
  lender === undefined ? { base: inject("base"), github: inject("github") } : await borrow(lender);
