import fc from "fast-check";
import { normalizeKey } from "unstorage";
import { describe, expect, test } from "vitest";
import { toResource } from "./key.ts";
import { apiVersions, commentParams, gistParams, negotiate, type Representation } from "../http/negotiate.ts";

const representation: fc.Arbitrary<Representation> = fc
  .tuple(
    fc.constantFrom(...apiVersions),
    fc.constantFrom(
      "application/json",
      ...[...gistParams, ...commentParams].map((param) => `application/vnd.github.${param}+json`),
    ),
  )
  .map(([version, accept]) => negotiate(accept, version, [...gistParams, ...commentParams]));

/** Few characters, and those that have a meaning in keys, paths or queries: collisions would be found soon. */
const nasty = fc.constantFrom(..."aA1,:=&%/\\?.#+ 2C3Fé💬");
const segment = fc.oneof(
  fc.constantFrom("users", "gists", "octocat", "page=1", "per_page=30", "users,octocat"),
  fc.string({ unit: nasty, minLength: 1, maxLength: 4 }),
);
const segments = fc.array(segment, { minLength: 1, maxLength: 4 });
const query = fc.record(
  {
    page: fc.integer({ min: 1, max: 3 }),
    per_page: fc.constantFrom(1, 30, 100),
    since: fc.oneof(fc.constantFrom("2024-05-01T00:00:00Z"), fc.string({ unit: nasty, maxLength: 4 })),
  },
  { requiredKeys: [] },
);
const resource = fc.tuple(segments, query, representation);
type Named = typeof resource extends fc.Arbitrary<infer T> ? T : never;

/** What makes two resources the same, said without the code under test. */
const identity = ([path, parameters, { apiVersion, param }]: Named) =>
  JSON.stringify([path, parameters.page, parameters.per_page, parameters.since, apiVersion, param]);

const storedKey = (named: Named) => normalizeKey(toResource(...named).key);

describe("keys", () => {
  test("differ in the store exactly where resources differ", () => {
    fc.assert(
      fc.property(resource, resource, (a, b) => {
        expect(storedKey(a) === storedKey(b)).toBe(identity(a) === identity(b));
      }),
      { numRuns: 5000 },
    );
  });

  test("differ for two resources that differ in one place", () => {
    fc.assert(
      fc.property(resource, segments, query, representation, ([path, parameters, form], path2, parameters2, form2) => {
        const variants: Named[] = [
          [path, parameters, form],
          [path2, parameters, form],
          [path, parameters2, form],
          [path, parameters, form2],
        ];
        expect(new Set(variants.map(storedKey)).size).toBe(new Set(variants.map(identity)).size);
      }),
      { numRuns: 2000 },
    );
  });

  test("are left as they are by unstorage", () => {
    fc.assert(
      fc.property(resource, (named) => {
        expect(storedKey(named)).toBe(toResource(...named).key);
      }),
    );
  });

  test("do not depend on the order of parameters, nor on those not given", () => {
    fc.assert(
      fc.property(segments, query, representation, (path, parameters, form) => {
        const turned = Object.fromEntries(Object.entries({ ...parameters, other: undefined }).toReversed());
        expect(toResource(path, turned, form)).toEqual(toResource(path, parameters, form));
      }),
    );
  });
});

describe("the path asked of GitHub", () => {
  test("gives every segment and parameter back", () => {
    const plain = segments.filter((path) => !path.some((part) => /^\.{1,2}$/.test(part)));
    fc.assert(
      fc.property(plain, query, representation, (path, parameters, form) => {
        const url = new URL(`https://api.github.com${toResource(path, parameters, form).path}`);
        expect(url.pathname.split("/").slice(1).map(decodeURIComponent)).toEqual(path);
        const sent = Object.entries(parameters).map(([name, value]) => [name, String(value)]);
        expect(Object.fromEntries(url.searchParams)).toEqual(Object.fromEntries(sent));
        expect(url.host).toBe("api.github.com");
      }),
    );
  });
});
