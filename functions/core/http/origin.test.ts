import type { Peer } from "../model.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toPeer } from "../../../test/support/ports.ts";

import { publicOrigin } from "./origin.ts";

const url = "http://gists.internal:8080/octocat?page=2";
const local = "http://localhost:8080/octocat";

/** A Headers object refuses values that cannot be sent; such values cannot arrive either. */
function toHeaders(fields: Record<string, string>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    try {
      headers.set(name, value);
    } catch {
      // Cannot be sent.
    }
  }
  return headers;
}

interface Asked {
  publicUrl?: string;
  hosts?: string[];
  fields?: Record<string, string>;
  requestUrl?: string;
  peer?: Peer;
}

function originOf({ publicUrl, hosts = [], fields = {}, requestUrl = url, peer = toPeer(false) }: Asked): string {
  return publicOrigin({ PUBLIC_URL: publicUrl, PUBLIC_HOSTS: hosts }, toHeaders(fields), requestUrl, peer);
}

const hostile = fc.oneof(
  fc.constantFrom(
    "evil.example",
    'a"><script>',
    "a b",
    "a/b",
    "user@evil.example",
    "a,b",
    "",
    "http://evil",
    "[::1",
    "a:99999999",
    "javascript",
  ),
  fc.string({ unit: "binary-ascii", maxLength: 20 }),
);
const forwarded = fc.dictionary(
  fc.constantFrom(
    "x-forwarded-host",
    "x-forwarded-proto",
    "forwarded",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-original-host",
    "host",
  ),
  hostile,
);

test("PUBLIC_URL is the public origin, whatever the request says", () => {
  fc.assert(
    fc.property(forwarded, fc.boolean(), (fields, trust) => {
      const publicUrl = "https://edge.example/gists";
      expect(originOf({ publicUrl, hosts: ["evil.example"], fields, peer: toPeer(trust) })).toBe(publicUrl);
    }),
  );
});

describe("without PUBLIC_URL and PUBLIC_HOSTS the public origin", () => {
  test.each([
    "localhost",
    "localhost:8080",
    "LocalHost:8080",
    "gists.localhost:1",
    "127.0.0.1:8080",
    "127.255.255.254",
    "[::1]:8080",
  ])("is the client's own machine, if no proxy is between: %s", (host) => {
    expect(originOf({ requestUrl: `http://${host}/octocat` })).toBe(`http://${host}`);
    for (const name of ["x-forwarded-for", "forwarded", "via"])
      expect(originOf({ requestUrl: `http://${host}/octocat`, fields: { [name]: "192.0.2.1" } }), name).toBe("");
    expect(originOf({ requestUrl: `http://${host}/octocat`, peer: toPeer(true) }), "a trusted proxy").toBe("");
  });

  test.each([
    "gists.internal:8080",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "notlocalhost",
    "localhost@evil.example",
    "127.0.0.1:99999",
    "127.1.1.999",
    "[::2]",
    "0.0.0.0",
    "localhost:x",
  ])("is none for %s: links are relative", (host) => {
    expect(originOf({ requestUrl: `http://${host}/octocat` })).toBe("");
  });

  test("is the host by which the platform found the service", () => {
    const peer = { trusted: false, routed: true };
    expect(originOf({ requestUrl: "https://gists.example/octocat", peer })).toBe("https://gists.example");
  });

  test("never comes from a field of a request", () => {
    fc.assert(
      fc.property(forwarded, fc.boolean(), (fields, trust) => {
        expect(originOf({ fields, peer: toPeer(trust) })).toBe("");
        expect(["", "http://localhost:8080"]).toContain(originOf({ fields, requestUrl: local, peer: toPeer(trust) }));
      }),
    );
  });
});

describe("with PUBLIC_HOSTS the public origin", () => {
  const hosts = ["Edge.example", "edge.example:8443", "https://gists.example", "[2001:db8::1]:8443"];

  test.each([
    ["http://edge.example/octocat", "http://edge.example"],
    ["https://EDGE.example:8443/octocat", "https://edge.example:8443"],
    ["http://gists.example/octocat", "https://gists.example"],
    ["http://[2001:db8::1]:8443/octocat", "http://[2001:db8::1]:8443"],
  ])("of %s is %s", (requestUrl, origin) => {
    expect(originOf({ hosts, requestUrl })).toBe(origin);
    expect(originOf({ hosts, requestUrl, fields: { via: "1.1 cache" } })).toBe(origin);
  });

  test.each([
    "edge.example:80",
    "xedge.example",
    "dge.example",
    "gists.example.evil.example",
    "https",
    "localhost",
    "",
  ])("is none for the host %j", (host) => {
    expect(originOf({ hosts, requestUrl: `http://${host}/octocat` })).toBe("");
    expect(originOf({ hosts, fields: { "x-forwarded-host": host }, peer: toPeer(true) })).toBe("");
  });

  test("is that of the list for an untrusted peer, whatever it sends", () => {
    fc.assert(
      fc.property(forwarded, (fields) => {
        expect(originOf({ hosts, fields, requestUrl: "http://edge.example/" })).toBe("http://edge.example");
      }),
    );
  });

  test("is the one that a trusted proxy names, or else the request's", () => {
    const of = (fields: Record<string, string>, requestUrl = "http://edge.example/") =>
      originOf({ hosts, fields, requestUrl, peer: toPeer(true) });
    expect(of({ "x-forwarded-host": "edge.example:8443", "x-forwarded-proto": "https" }, url)).toBe(
      "https://edge.example:8443",
    );
    expect(of({ "x-forwarded-proto": "HTTPS" })).toBe("https://edge.example");
    expect(of({ "x-forwarded-proto": "ftp" })).toBe("http://edge.example");
    expect(of({ "x-forwarded-host": "evil.example" })).toBe("http://edge.example");
    expect(of({ "x-forwarded-host": "gists.example", "x-forwarded-proto": "http" }), "its scheme is fixed").toBe(
      "https://gists.example",
    );
    expect(of({ "x-forwarded-host": "edge.example" }, "/octocat")).toBe("http://edge.example");
  });

  test("is the proxy's own value, the last, of a list that a client began", () => {
    const fields = { "x-forwarded-host": "evil.example, edge.example", "x-forwarded-proto": "javascript, https" };
    expect(originOf({ hosts, fields, peer: toPeer(true) })).toBe("https://edge.example");
  });

  test("is always one of the list, or none", () => {
    fc.assert(
      fc.property(forwarded, hostile, fc.boolean(), (fields, host, trust) => {
        const origin = originOf({ hosts, fields, requestUrl: `http://${host}/octocat`, peer: toPeer(trust) });
        const names = hosts.map((item) => item.toLowerCase().replace("https://", ""));
        if (origin !== "") expect(names).toContain(new URL(origin).host);
      }),
    );
  });
});

test("a request without a usable host has no origin", () => {
  for (const requestUrl of ["http:///octocat", 'http://a"b/octocat', "/octocat", "ftp://a/octocat", "ftp://localhost/"])
    for (const peer of [toPeer(false), { trusted: false, routed: true }])
      expect(originOf({ requestUrl, peer }), requestUrl).toBe("");
});
