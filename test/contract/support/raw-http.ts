import { connect } from "node:net";
import { connect as connectSecurely } from "node:tls";

/** One HTTP/1.1 request, written to the socket as given: nothing is normalised, escaped or added but `Host`. */
export interface RawRequest {
  method?: string;
  target: string;
  /** Header lines, such as "Accept: text/html"; a `Host` here replaces the default one. */
  headers?: readonly string[];
  body?: string | Buffer;
}

export interface RawResponse {
  status: number;
  /** A header's values, joined by ", "; undefined if it is absent. */
  header: (name: string) => string | undefined;
  body: Buffer;
  /** The body as UTF-8. */
  text: string;
}

/** The bytes of a chunked body (RFC 9112 section 7.1); what a broken-off body holds, as far as it goes. */
function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf("\r\n", at);
    if (end === -1) break;
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

/** A response's head: its status and its headers by lower-case name. */
function parseHead(head: string): { status: number; headers: Map<string, string[]> } {
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return { status: Number(statusLine.split(" ")[1]), headers };
}

function parse(bytes: Buffer): RawResponse {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) throw new Error(`not an HTTP response: ${JSON.stringify(bytes.toString("latin1"))}`);
  const { status, headers } = parseHead(bytes.toString("latin1", 0, end));
  const rest = bytes.subarray(end + 4);
  const body = headers.get("transfer-encoding")?.includes("chunked") ? unchunk(rest) : rest;
  return {
    status,
    header: (name) => headers.get(name.toLowerCase())?.join(", "),
    body,
    text: body.toString("utf8"),
  };
}

/** True once a response is complete: workerd keeps connections open whatever a client sends (RFC 9112 section 6.3). */
function isWhole(bytes: Buffer, method: string): boolean {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const { status, headers } = parseHead(bytes.toString("latin1", 0, end));
  if (method === "HEAD" || status === 204 || status === 304) return true;
  const rest = bytes.subarray(end + 4);
  if (headers.get("transfer-encoding")?.includes("chunked")) return rest.subarray(-5).equals(Buffer.from("0\r\n\r\n"));
  const length = headers.get("content-length")?.[0];
  return length !== undefined && rest.length >= Number(length);
}

/**
 * Sends bytes and reads until the server closes the connection, or until enough has come.
 * @throws Error if that takes more than 10 s, or if nothing came
 */
export function sendBytes(origin: string, bytes: Buffer, isEnough: (received: Buffer) => boolean): Promise<Buffer> {
  const { protocol, hostname, port } = new URL(origin);
  const isSecure = protocol === "https:";
  const to = { host: hostname, port: Number(port) || (isSecure ? 443 : 80) };
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = isSecure
      ? connectSecurely({ ...to, servername: hostname, ALPNProtocols: ["http/1.1"] })
      : connect(to);
    socket.setTimeout(10_000, () => socket.destroy(new Error("no end of the response within 10 s")));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (isEnough(received)) socket.destroy();
    });
    // A server may respond and reset before it has read everything: the response counts.
    socket.on("error", (error) => received.length === 0 && reject(error));
    socket.on("close", () =>
      received.length > 0 ? resolve(received) : reject(new Error("closed without a response")),
    );
    socket.write(bytes);
  });
}

/** A request's bytes. */
export function toBytes(origin: string, { method = "GET", target, headers = [], body = "" }: RawRequest): Buffer {
  const host = headers.some((line) => /^host:/i.test(line)) ? [] : [`Host: ${new URL(origin).host}`];
  const head = [`${method} ${target} HTTP/1.1`, ...host, ...headers].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), Buffer.from(body)]);
}

/** Sends one request unchanged and reads its response. */
export async function sendRaw(origin: string, request: RawRequest): Promise<RawResponse> {
  const isEnough = (received: Buffer) => isWhole(received, request.method ?? "GET");
  return parse(await sendBytes(origin, toBytes(origin, request), isEnough));
}
