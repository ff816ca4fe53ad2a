import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { freshSince } from "./support/fresh.ts";
import type { RawResponse } from "./support/raw-http.ts";
import { isWorkerdsOwn, runtime, type Service, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";

/** The origins in the links of a raw response. */
function origins(response: RawResponse): string[] {
  const targets = [...(response.header("link") ?? "").matchAll(/<([^>]*)>/g)].map(([, target = ""]) => target);
  expect(targets.length, "the list has more than one page").toBeGreaterThan(0);
  return [...new Set(targets.map((target) => (target.startsWith("/") ? "" : new URL(target).origin)))];
}

const forged = [
  "X-Forwarded-Host: evil.example",
  "X-Forwarded-Proto: https",
  "Forwarded: host=evil.example;proto=https",
];
const ask = (service: Service, path: string, ...headers: string[]) => service.raw({ target: path, headers });
const freshList = () => `/octocat?since=${freshSince()}`;

/**
 * True if no trusted source names the host that a client sends. On Cloudflare the owner does: it routes by the host.
 */
const believed = (origin: string) => (runtime === "worker" ? origin : "");

// Behind a gateway an instance has PUBLIC_URL, and hosts are the gateway's to know.
describe.skipIf(runtime === "gateway")("links of an instance without PUBLIC_URL", () => {
  test("are relative on Node, and name the host by which Cloudflare found the Worker", async () => {
    const host = "gists.example:8080";
    expect(origins(await ask(shared, freshList(), `Host: ${host}`))).toEqual([believed(`http://${host}`)]);
  });

  test("name the client's own machine", async () => {
    expect(origins(await ask(shared, freshList()))).toEqual([shared.url]);
  });

  test("believe no X-Forwarded-* of an arbitrary client", async () => {
    expect(origins(await ask(shared, freshList(), ...forged))).toEqual([believed(shared.url)]);
    expect(origins(await ask(shared, freshList(), ...forged.slice(0, 2)))).toEqual([shared.url]);
  });

  test("in a cached response are each client's own", async () => {
    const path = freshList();
    expect(origins(await ask(shared, path, "Host: evil.example", ...forged))).toEqual([
      believed("http://evil.example"),
    ]);
    const other = await ask(shared, path);
    expect(other.header("cache-status")).toContain("hit");
    expect(origins(other), "nothing of the first client is left").toEqual([shared.url]);
  });

  test("are no others in the URL templates of the root", async () => {
    const root = (await ask(shared, "/", "Host: gists.example", "Accept: application/json")).text;
    expect(JSON.parse(root)).toMatchObject({ rate_limit_url: `${believed("http://gists.example")}/rate_limit` });
  });

  test.each([
    "evil.example/x?y=",
    'evil.example>; rel="next", <http://a',
    "a b",
    "evil.example:99999999",
    "user@evil.example",
  ])("survive the host %s", async (host) => {
    const response = await ask(shared, freshList(), `Host: ${host}`);
    if (isWorkerdsOwn(response)) return;
    expect(response.status).toBeLessThan(500);
    if (response.status !== 200) return;
    const link = response.header("link") ?? "";
    expect(link.match(/rel="/g)?.length, link).toBe(2);
    expect(link, "a host that is none is named nowhere").not.toContain("evil.example");
  });
});

describe("links of an instance with PUBLIC_HOSTS", () => {
  const service = useService({ PUBLIC_HOSTS: "gists.example, https://edge.example:8443" });

  test("name the host that the client used if it is one of them", async () => {
    const path = freshList();
    expect(origins(await ask(service, path, "Host: GISTS.example"))).toEqual(["http://gists.example"]);
    expect(origins(await ask(service, path, "Host: edge.example:8443"))).toEqual(["https://edge.example:8443"]);
  });

  test("are relative for any other", async () => {
    for (const host of ["evil.example", "gists.example:81", "localhost"])
      expect(origins(await ask(service, freshList(), `Host: ${host}`, ...forged)), host).toEqual([""]);
  });
});

describe("links of an instance with PUBLIC_URL", () => {
  const service = useService({ PUBLIC_URL: "https://gists.example" });

  test("name it, whatever the client sends", async () => {
    const path = freshList();
    expect(origins(await ask(service, path))).toEqual(["https://gists.example"]);
    expect(origins(await ask(service, path, "Host: evil.example", ...forged))).toEqual(["https://gists.example"]);
  });

  test("so do the URL templates of the root", async () => {
    const text = await (await service.get("/", { headers: { accept: "application/json" } })).text();
    expect(text).toContain("https://gists.example/users/{username}/gists");
    expect(text).not.toContain(service.url);
  });
});

describe("links of an instance with PUBLIC_URL below a path", () => {
  const service = useService({ PUBLIC_URL: "https://example.org/api/" });

  test("begin with it", async () => {
    const link = (await ask(service, freshList())).header("link") ?? "";
    expect(link).toMatch(/^<https:\/\/example\.org\/api\/octocat\?/);
  });
});

// Node only: a Worker never sees the address of the peer, and Cloudflare itself sets the host.
describe.runIf(runtime === "node")("links behind TRUSTED_PROXIES", () => {
  const trusting = useService({ TRUSTED_PROXIES: "127.0.0.0/8, ::1/128", PUBLIC_HOSTS: "gists.example,edge.example" });
  const elsewhere = useService({ TRUSTED_PROXIES: "10.0.0.0/8", PUBLIC_HOSTS: "gists.example,edge.example" });
  const unlisted = useService({ TRUSTED_PROXIES: "127.0.0.0/8, ::1/128" });
  const told = ["X-Forwarded-Host: gists.example", "X-Forwarded-Proto: https"];

  test("name the host that the proxy sends, if it is listed", async () => {
    expect(origins(await ask(trusting, freshList(), ...told))).toEqual(["https://gists.example"]);
    expect(origins(await ask(trusting, freshList(), "Host: edge.example", ...forged))).toEqual([
      "https://edge.example",
    ]);
  });

  test("take the proxy's own value, the last, if a client sent one before it", async () => {
    const headers = ["X-Forwarded-Host: edge.example, gists.example", "X-Forwarded-Proto: http, https"];
    expect(origins(await ask(trusting, freshList(), ...headers))).toEqual(["https://gists.example"]);
  });

  test("ignore a scheme or a host that is none", async () => {
    const headers = ["Host: edge.example", 'X-Forwarded-Host: a"><b', "X-Forwarded-Proto: javascript"];
    expect(origins(await ask(trusting, freshList(), ...headers))).toEqual(["http://edge.example"]);
  });

  test("believe no peer outside the list", async () => {
    expect(origins(await ask(elsewhere, freshList(), "Host: edge.example", ...told))).toEqual(["http://edge.example"]);
  });

  test("are relative without a list of hosts: a proxy may pass on a client's text", async () => {
    expect(origins(await ask(unlisted, freshList(), ...told))).toEqual([""]);
    expect(origins(await ask(unlisted, freshList()))).toEqual([""]);
  });
});

test.skipIf(runtime === "gateway")("a request without Host, of HTTP/1.0, succeeds", async () => {
  const { hostname, port } = new URL(shared.url);
  const text = await new Promise<string>((resolve, reject) => {
    let received = "";
    const socket = connect(Number(port), hostname, () => socket.write("GET /health HTTP/1.0\r\n\r\n"));
    socket.setEncoding("latin1").on("data", (chunk: string) => (received += chunk));
    socket.on("close", () => resolve(received)).on("error", reject);
  });
  expect(text).toMatch(/^HTTP\/1\.[01] [24]\d\d /);
});
