import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createHeaderWriter, type Head } from "./header-writer.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const body = Buffer.from("gïsts");
/** The names that the tests use, as they go over the wire. */
const spelled: Record<string, string> = {
  "content-type": "Content-Type",
  "content-length": "Content-Length",
  "x-latin": "X-Latin",
  "server-timing": "Server-Timing",
  etag: "ETag",
};
const fields = ["content-type", "text/plain", "content-length", String(body.length), "x-latin", "na\u00efve"];

/**
 * All bytes that a server sends for raw requests, until it ends the connection or until that many responses arrived.
 */
async function exchange(server: Server, requests: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let text = "";
  socket.on("data", (data) => (text += data.toString("latin1")));
  socket.end(requests);
  await new Promise((resolve) => socket.once("close", resolve));
  return text.replaceAll(/Date: [^\r]+/g, "Date: now");
}

/** A server with this file's method and one with Node's own. */
function pair(head: Head, hasBody: boolean) {
  const quick: Server = createServer((_, response) => {
    write(response, head);
    response.end(hasBody ? body : undefined);
  });
  const write = createHeaderWriter(quick);
  const plain = createServer((_, response) => {
    const sent = [...head.fields, ...(head.extraFields ?? [])];
    response.writeHead(
      head.status,
      sent.map((text, index) => (index % 2 === 0 ? spelled[text]! : text)),
    );
    response.end(hasBody ? body : undefined);
  });
  return { quick, plain };
}

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

test.each<[string, string, Head, boolean]>([
  ["an answer", get, { status: 200, fields }, true],
  ["responses one after the other on one connection", get.repeat(3), { status: 200, fields }, true],
  ["fields of this response only", get, { status: 200, fields, extraFields: ["server-timing", "a"] }, true],
  ["HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2), { status: 200, fields }, false],
  ["304", get.repeat(2), { status: 304, fields: ["etag", '"a"'] }, false],
  ["404", get, { status: 404, fields }, true],
  ["Connection: close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", { status: 200, fields }, true],
  ["HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", { status: 200, fields }, true],
  ["HTTP/1.0, kept", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", { status: 200, fields }, true],
])("sends what Node sends, names spelled as GitHub spells them: %s", async (_, requests, head, hasBody) => {
  const { quick, plain } = pair(head, hasBody);
  const sent = await exchange(quick, requests);
  expect(sent).toContain(`HTTP/1.1 ${head.status} `);
  expect(sent).toBe(await exchange(plain, requests));
});

test("the date is the response's own, and another status with the same fields has its own line", async () => {
  let now = 0;
  const server: Server = createServer((request, response) => {
    const [, status, time] = request.url!.split("/").map(Number);
    now = time!;
    write(response, { status: status!, fields });
    response.end(body);
  });
  const write = createHeaderWriter(server, () => now);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    await answer.arrayBuffer();
    return `${answer.status} ${answer.headers.get("date")}`;
  };
  expect(await ask("/200/1000")).toBe("200 Thu, 01 Jan 1970 00:00:01 GMT");
  expect(await ask("/200/2999")).toBe("200 Thu, 01 Jan 1970 00:00:02 GMT");
  expect(await ask("/404/2999")).toBe("404 Thu, 01 Jan 1970 00:00:02 GMT");
});

test("a field that would break the head is refused", () => {
  const write = createHeaderWriter(createServer());
  const response = { shouldKeepAlive: true, req: { httpVersion: "1.1" }, _header: null };
  const head = { status: 200, fields: ["x", "a\r\nb: c"] };
  expect(() => write(response as never, head)).toThrow(TypeError);
});
