import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { toEnvironment } from "./contract.ts";
import { probe, probeGateway, toProbed, wasCut, wasDropped } from "./probe.ts";
import { toSettings } from "./settings.ts";
import { nodePath } from "./stand-in/manifest.ts";

/** Runs a pod's command on this machine. */
async function ask(url: string, headers?: Record<string, string>) {
  const { command } = probe(toSettings({ context: undefined }, {}), "outside", url, headers);
  const args = command.slice(command.indexOf(nodePath) + 1);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return toProbed(stdout);
}

/** A server for one question. */
async function askServer(server: ReturnType<typeof createServer>, headers?: Record<string, string>) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, headers);
  } finally {
    server.close();
  }
}

test("a response is reported, whatever its status", async () => {
  const found = await askServer(createHttpServer((_, answer) => answer.writeHead(403).end("RBAC: access denied")));
  expect(found).toEqual({ status: 403, text: "RBAC: access denied" });
  expect(wasCut(found) || wasDropped(found)).toBe(false);
});

test("headers are sent", async () => {
  const server = createHttpServer((request, answer) => answer.end(request.headers["knative-serving-revision"]));
  expect(await askServer(server, { "Knative-Serving-Revision": "edge-gists-00001" })).toEqual({
    status: 200,
    text: "edge-gists-00001",
  });
});

test("the gateway is asked by its name in the cluster, and what comes of it is reported", async () => {
  const { command } = probeGateway(toSettings({ context: undefined }, {}), "visitor", "/octocat", { "X-A": "b" });
  const args = command.slice(command.indexOf(nodePath) + 1);
  // Here the name leads to this machine, where no gateway listens.
  const env = { ...process.env, ...toEnvironment({ ca: "", suffix: ".svc.cluster.local", address: "127.0.0.9" }) };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(toProbed(stdout).error).toBe("ECONNREFUSED");
});

test("a redirect is not followed", async () => {
  const found = await askServer(createHttpServer((_, answer) => answer.writeHead(302, { location: "/x" }).end()));
  expect(found.status).toBe(302);
});

test.each([
  ["closed", (socket: { end: () => void }) => socket.end()],
  ["reset", (socket: { resetAndDestroy: () => void }) => socket.resetAndDestroy()],
])("a connection that is %s without a response was cut", async (_what, close) => {
  const found = await askServer(createServer((socket) => void socket.once("data", () => close(socket))));
  expect(wasCut(found), JSON.stringify(found)).toBe(true);
  expect(wasDropped(found)).toBe(false);
});

test("silence is dropped packets", async () => {
  const found = await askServer(createServer((socket) => void socket.on("error", () => undefined)).unref());
  expect(wasDropped(found), JSON.stringify(found)).toBe(true);
  expect(wasCut(found)).toBe(false);
});

test("a closed port is neither: the connection was refused", async () => {
  const found = await ask("http://127.0.0.1:9/");
  expect(found.error).toBeDefined();
  expect(wasCut(found) || wasDropped(found)).toBe(false);
});
