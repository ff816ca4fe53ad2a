import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toPeer } from "../../../test/support/ports.ts";
import { publicOrigin } from "./origin.ts";

const url = "http://gists.internal:8080/octocat?page=2";
const own = "http://gists.internal:8080";

/** A Headers object refuses what cannot be sent; such values cannot arrive either. */
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

const trusted = (fields: Record<string, string>, requestUrl = url) =>
  publicOrigin(undefined, toHeaders(fields), requestUrl, toPeer(true));

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

describe("the public origin", () => {
  test("is the configured one, whatever the request says", () => {
    fc.assert(
      fc.property(forwarded, fc.boolean(), (fields, trust) => {
        const configured = "https://edge.example/gists";
        expect(publicOrigin(configured, toHeaders(fields), url, toPeer(trust))).toBe(configured);
      }),
    );
  });

  test("is the request's own for an untrusted peer, whatever it says", () => {
    fc.assert(
      fc.property(forwarded, (fields) => {
        expect(publicOrigin(undefined, toHeaders(fields), url, toPeer(false))).toBe(own);
      }),
    );
  });

  test("is what a trusted proxy says", () => {
    expect(trusted({ "x-forwarded-host": "edge.example", "x-forwarded-proto": "https" })).toBe("https://edge.example");
    expect(trusted({ "x-forwarded-proto": "HTTPS" })).toBe("https://gists.internal:8080");
    expect(trusted({ "x-forwarded-host": "[2001:db8::1]:8443" })).toBe("http://[2001:db8::1]:8443");
  });

  test("takes the proxy's own value, the last, from a list that a client began", () => {
    const fields = { "x-forwarded-host": "evil.example, edge.example", "x-forwarded-proto": "javascript, https" };
    expect(trusted(fields)).toBe("https://edge.example");
  });

  test.each([
    'a"><b',
    "a b",
    "a/b",
    "a@b",
    "http://a",
    "[::1",
    "[zz]",
    "[:::::]",
    "a:99999",
    "a:x",
    "-a",
    "",
    "é",
    "a,",
  ])("does not come from the unusable host %s", (host) => {
    expect(trusted({ "x-forwarded-host": host, "x-forwarded-proto": "ftp" })).toBe(own);
  });

  test("is always an http origin that a URL parser agrees with, or empty", () => {
    fc.assert(
      fc.property(forwarded, hostile, (fields, host) => {
        const origin = trusted(fields, `http://${host}/octocat`);
        if (origin === "") return;
        expect(origin).toMatch(/^https?:\/\/[a-z0-9._:[\]-]+$/i);
        expect(new URL(origin).pathname).toBe("/");
        expect(new URL(origin).username).toBe("");
      }),
    );
  });

  test("is empty where the request has no usable host: links are relative then", () => {
    for (const requestUrl of ["http:///octocat", 'http://a"b/octocat', "/octocat", "ftp://a/octocat"])
      expect(publicOrigin(undefined, new Headers(), requestUrl, toPeer(false))).toBe("");
  });
});
