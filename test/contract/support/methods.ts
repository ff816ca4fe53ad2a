import { expect } from "vitest";
import { expectLocalError } from "./errors.ts";
import { items } from "./headers.ts";
import { sendBytes, toBytes } from "./raw-http.ts";
import type { Service } from "./service.ts";

/** Fields that differ between two responses a moment apart, or are the transport's own. */
const momentary = new Set([
  "age",
  "cache-status",
  "connection",
  "content-length",
  "date",
  "keep-alive",
  // With traces on it names the response's own.
  "server-timing",
  "transfer-encoding",
]);

function lasting(headers: Headers): Record<string, string> {
  const kept = [...headers].filter(
    ([name]) => !momentary.has(name) && !/^x-(?:ratelimit|request-id|github-request-id|envoy)/.test(name),
  );
  return Object.fromEntries(kept);
}

/** HEAD is GET without the body: the same status and headers. */
export async function expectHeadLikeGet({ get }: Service, path: string): Promise<void> {
  // fetch would decode another, and keep its length.
  const headers = { "accept-encoding": "identity" };
  const whole = await get(path, { headers });
  const body = await whole.arrayBuffer();
  const head = await get(path, { method: "HEAD", headers });
  expect(head.status).toBe(whole.status);
  expect(lasting(head.headers)).toEqual(lasting(whole.headers));
  expect((await head.arrayBuffer()).byteLength).toBe(0);
  const length = head.headers.get("content-length");
  // Metrics count the requests for them, so two differ in length.
  if (length !== null && path !== "/metrics") expect(Number(length)).toBe(body.byteLength);
}

/** Over a raw socket, HEAD sends no byte after the head: the next bytes must be the response to the next request. */
export async function expectNothingAfterHead({ url }: Service, path: string): Promise<void> {
  const head = toBytes(url, { method: "HEAD", target: path });
  const next = toBytes(url, { method: "OPTIONS", target: "/health", headers: ["Connection: close"] });
  const heads = (received: Buffer) => received.toString("latin1").split("\r\n\r\n");
  const received = await sendBytes(url, Buffer.concat([head, next]), (all) => heads(all).length > 2);
  expect(heads(received)[1]).toMatch(/^HTTP\/1\.1 204 /);
}

const served = ["get", "head", "options"];

/** OPTIONS says which methods there are. */
export async function expectOptions({ get }: Service, path: string): Promise<void> {
  const response = await get(path, { method: "OPTIONS" });
  expect(response.status).toBe(204);
  expect(await response.text()).toBe("");
  expect(items(response, "allow")).toEqual(served);
}

/** Methods that no path has. */
export const refusedMethods = ["POST", "PUT", "PATCH", "DELETE"] as const;

/** Such a method is refused with 405 and Allow. */
export async function expectRefused({ get }: Service, path: string, method: string): Promise<void> {
  const response = await get(path, { method });
  await expectLocalError(response, 405);
  expect(items(response, "allow")).toEqual(served);
}
