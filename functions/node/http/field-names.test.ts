import { expect, test } from "vitest";
import { spellFieldName, spellFields } from "./field-names.ts";

// As in recordings of api.github.com over HTTP/1.1.
test.each([
  "Access-Control-Allow-Origin",
  "Cache-Control",
  "Content-Security-Policy",
  "Content-Type",
  "Date",
  "ETag",
  "Last-Modified",
  "Link",
  "Retry-After",
  "Vary",
  "X-Content-Type-Options",
  "X-GitHub-Media-Type",
  "X-GitHub-Request-Id",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "X-RateLimit-Resource",
  "X-RateLimit-Used",
])("GitHub spells %s so", (name) => {
  expect(spellFieldName(name.toLowerCase())).toBe(name);
});

test("fields keep their order and their values", () => {
  expect(spellFields({ "www-authenticate": "Bearer", "x-ratelimit-used": "1", etag: "x" })).toEqual([
    "WWW-Authenticate",
    "Bearer",
    "X-RateLimit-Used",
    "1",
    "ETag",
    "x",
  ]);
});
