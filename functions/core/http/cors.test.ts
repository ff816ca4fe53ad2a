import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCors } from "./cors.ts";

const anyOrigin = fc.option(
  fc.oneof(fc.webUrl(), fc.constantFrom("null", "*", "https://app.example.evil", ""), fc.string()),
);

const allowedOf = (cors: ReturnType<typeof createCors>) =>
  cors.toPreflightFields("https://app.example")["access-control-allow-headers"]?.toLowerCase().split(", ");

describe("CORS for everyone", () => {
  const cors = createCors(["*"]);

  test("is the same for every origin, so that one cached response serves all", () => {
    fc.assert(
      fc.property(anyOrigin, (origin) => {
        expect(cors.toFields(origin)).toEqual(cors.toFields(null));
        expect(cors.toPreflightFields(origin)).toEqual(cors.toPreflightFields(null));
      }),
    );
    expect(cors.toFields(null)["access-control-allow-origin"]).toBe("*");
    expect(cors.variesByOrigin).toBe(false);
  });

  test("exposes what GitHub clients read", () => {
    const exposed = cors.toFields(null)["access-control-expose-headers"]?.toLowerCase().split(", ");
    for (const name of [
      "link",
      "etag",
      "cache-status",
      "retry-after",
      "age",
      "x-ratelimit-remaining",
      "x-ratelimit-reset",
      "x-github-media-type",
    ])
      expect(exposed).toContain(name);
  });

  test("lets preflights be cached, and names the fields that GitHub clients send", () => {
    const fields = cors.toPreflightFields("https://app.example");
    expect(fields["access-control-max-age"]).toBe("86400");
    expect(fields["access-control-allow-methods"]).toBe("GET, HEAD, OPTIONS");
    for (const name of ["authorization", "if-none-match", "x-github-api-version", "traceparent", "tracestate"])
      expect(allowedOf(cors)).toContain(name);
  });

  test("lets browsers send baggage, which their tracing sends wherever it is told to send traceparent", () => {
    expect(allowedOf(cors)).toContain("baggage");
  });

  test("never allows credentials", () => {
    expect(JSON.stringify([cors.toFields("a"), cors.toPreflightFields("a")])).not.toContain("credentials");
  });
});

describe("CORS for a list", () => {
  const listed = ["https://app.example", "http://localhost:3000"];
  const cors = createCors(listed);

  test("allows the listed origins, each by its name, and varies by origin", () => {
    for (const origin of listed) expect(cors.toFields(origin)["access-control-allow-origin"]).toBe(origin);
    expect(cors.variesByOrigin).toBe(true);
  });

  test("allows no other", () => {
    fc.assert(
      fc.property(anyOrigin, (origin) => {
        fc.pre(!listed.includes(origin ?? ""));
        expect(cors.toFields(origin)).toEqual({});
        expect(cors.toPreflightFields(origin)).toEqual({});
      }),
    );
    for (const near of [
      "https://APP.example",
      "https://app.example/",
      "https://app.example.evil",
      "http://app.example",
    ])
      expect(cors.toFields(near)).toEqual({});
  });

  test("with * in it is for everyone", () => {
    expect(createCors(["https://app.example", "*"]).toFields("https://other.example")).toMatchObject({
      "access-control-allow-origin": "*",
    });
  });
});
