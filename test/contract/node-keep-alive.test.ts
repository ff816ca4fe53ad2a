import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { sendRaw } from "./support/raw-http.ts";
import { runtime, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";

// Node only: a Worker has no sockets of its own.
const here = describe.runIf(runtime === "node");

/** Writes what a client sends and no more, and reads until the server closes the connection. */
async function readUntilClosed(origin: string, text: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname).setEncoding("latin1");
  let received = "";
  socket.on("data", (chunk: string) => (received += chunk));
  socket.write(text);
  await once(socket, "close");
  return received;
}

const request = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

here("an idle connection", () => {
  const service = useService({ KEEP_ALIVE_TIMEOUT_MS: "1000" });

  test("is by default kept for longer than the 60 s for which load balancers reuse one", async () => {
    for (const target of ["/health", "/health/ready"]) {
      const { header } = await sendRaw(shared.url, { target });
      expect(header("keep-alive"), target).toBe("timeout=75");
    }
  });

  test("is closed after KEEP_ALIVE_TIMEOUT_MS, which each response states", async () => {
    const received = await readUntilClosed(service.url, request + request);
    expect(received.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
    expect(received.match(/^Keep-Alive: timeout=1\r$/gim)).toHaveLength(2);
  });
});

here("a request that does not arrive", () => {
  const service = useService({ HEADERS_TIMEOUT_MS: "300", REQUEST_TIMEOUT_MS: "600" });

  test("is ended with 408 if its head takes longer than HEADERS_TIMEOUT_MS", async () => {
    const received = await readUntilClosed(service.url, "GET /health HTTP/1.1\r\nHost: x\r\n");
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(received).toMatch(/^Connection: close\r$/im);
  });

  test("is ended if its body takes longer than REQUEST_TIMEOUT_MS", async () => {
    const received = await readUntilClosed(
      service.url,
      "GET /octocat HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    );
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
  });
});

here("a request whose head may take longer than all of it", () => {
  const service = useService({ HEADERS_TIMEOUT_MS: "60000", REQUEST_TIMEOUT_MS: "300" });

  test("is ended by the shorter of the two", async () => {
    expect(await readUntilClosed(service.url, "GET /health HTTP/1.1\r\n")).toMatch(/^HTTP\/1\.1 408 /);
  });
});
