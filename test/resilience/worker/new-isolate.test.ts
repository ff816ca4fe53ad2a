import { once } from "node:events";
import { connect } from "node:net";
import { expect, inject, onTestFinished, test } from "vitest";
import "../../targets/provided.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { startStandIn } from "../../../harness/start-stand-in.ts";
import { defaultToken } from "../../../harness/start-target.ts";
import { startWorker } from "../../../harness/start-worker.ts";
import { ask } from "../support/pods.ts";

/** A Worker that has had no request yet. */
async function startNew() {
  const github = await startStandIn();
  onTestFinished(github.stop);
  const worker = await startWorker({ GITHUB_API_URL: github.url, GITHUB_TOKEN: defaultToken }, inject("worker")!);
  onTestFinished(worker.stop);
  const url = `${worker.url}/octocat?per_page=1&since=${freshSince()}`;
  return { url, calls: () => standIn({ github: github.url }).calls((call) => call.path === "/users/octocat/gists") };
}

test("requests that arrive together at a new isolate share one app: one call to GitHub", async () => {
  const { url, calls } = await startNew();
  const { host, port, pathname, search } = new URL(url);
  const sockets = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = connect(Number(port), "127.0.0.1");
      await once(socket, "connect");
      return socket;
    }),
  );
  for (const socket of sockets) socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const statuses = sockets.map(async (socket) => {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return chunk.toString().split("\r\n", 1)[0];
  });
  expect(new Set(await Promise.all(statuses))).toStrictEqual(new Set(["HTTP/1.1 200 OK"]));
  expect(await calls()).toHaveLength(1);
});

test("clients that leave a new isolate at once take nothing from those that stay", async () => {
  const { url } = await startNew();
  const leaving = Array.from({ length: 10 }, async (_, n) => {
    await fetch(url, { signal: AbortSignal.timeout(1 + n * 3) }).catch(() => undefined);
  });
  const staying = Array.from({ length: 10 }, () => ask(url));
  await Promise.all(leaving);
  const statuses = [...(await Promise.all(staying)), await ask(url)].map(({ status }) => status);
  expect(new Set(statuses)).toStrictEqual(new Set([200]));
});
