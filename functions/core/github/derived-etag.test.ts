import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { deriveEtag } from "./derived-etag.ts";

const body = new TextEncoder().encode('{"login":"octocat","name":"Mona é"}');
const quoted = (text: string) => `"${createHash("sha256").update(text).digest("hex")}"`;

test.each([
  [{}, ""],
  [{ accept: "application/json" }, "application/json:"],
  [{ authorization: "Bearer hunter2", accept: "*/*", "x-github-api-version": "2022-11-28" }, "*/*:Bearer hunter2:"],
  [{ accept: "a/b", authorization: "t", cookie: "c=1" }, "a/b:t:c=1:"],
])("the ETag of a request with %o", async (headers, prefix) => {
  expect(await deriveEtag(headers as Record<string, string>, body)).toBe(
    quoted(`${prefix}{"login":"octocat","name":"Mona é"}`),
  );
});

test("of nothing at all, the digest of nothing", async () => {
  const empty = '"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"';
  expect(await deriveEtag({}, new Uint8Array())).toBe(empty);
});
