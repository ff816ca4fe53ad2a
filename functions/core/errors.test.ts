import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EdgeError, type Failure, failures, toEdgeError, toErrorBody, toSecondaryLimit } from "./errors.ts";

const names = Object.keys(failures) as Failure[];
const secret = "ghp_s3cr3t at /srv/app/server.js:1:2";

describe("a failure", () => {
  test.each(names)("%s has a status of errors and GitHub's shape", (failure) => {
    const { status, body } = toErrorBody(new EdgeError(failure, "Why", { cause: new Error(secret) }));
    expect(status).toBe(failures[failure]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(body).toEqual({
      message: "Why",
      documentation_url: expect.stringMatching(/^https:\/\/docs\.github\.com\//),
      status: String(status),
    });
  });

  test("carries `errors` for invalid fields, and no other details", () => {
    const errors = [{ resource: "Query", field: "page", code: "invalid", message: "Why" }];
    const details = { errors, retryAfter: 5, allow: "GET", upstreamStatus: 500, cause: secret };
    const { body } = toErrorBody(new EdgeError("validation-failed", "Validation Failed", details));
    expect(Object.keys(body)).toEqual(["message", "errors", "documentation_url", "status"]);
    expect(body.errors).toEqual(errors);
  });
});

describe("a limit", () => {
  const limits = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

  test("has GitHub's page on limits; a secondary one the fragment by which go-github knows it", () => {
    const primary = new EdgeError("rate-limited", "API rate limit exceeded for this", { limit: "primary" });
    expect(toErrorBody(primary)).toMatchObject({ status: 403, body: { documentation_url: limits, status: "403" } });
    const { documentation_url: url } = toErrorBody(toSecondaryLimit("why", {})).body;
    expect(url).toBe(`${limits}#about-secondary-rate-limits`);
  });

  test("that is secondary begins and ends with GitHub's words, by which PyGithub and Octokit know it", () => {
    const { message } = toSecondaryLimit("why", { retryAfter: 3 });
    expect(message).toMatch(/^You have exceeded a secondary rate limit\b/);
    expect(message).toMatch(/Please wait a few minutes before you try again\.$/);
  });
});

describe("what is thrown", () => {
  test("as an EdgeError stays itself", () => {
    const error = new EdgeError("not-found", "Not Found");
    expect(toEdgeError(error)).toBe(error);
  });

  test("of any other kind becomes a 500 without details", () => {
    const said = JSON.stringify(toErrorBody(toEdgeError(undefined)));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.string().map((text) => new TypeError(text)),
          fc.constant(new Error(secret)),
        ),
        (thrown) => {
          const error = toEdgeError(thrown);
          expect(error.failure).toBe("internal");
          expect(error.details.cause).toBe(thrown);
          expect(JSON.stringify(toErrorBody(error))).toBe(said);
        },
      ),
    );
  });

  test("that only looks like an EdgeError becomes a 500", () => {
    const { body } = toErrorBody(
      toEdgeError({ name: "EdgeError", failure: "not-found", message: secret, details: {} }),
    );
    expect(body.status).toBe("500");
    expect(body.message).not.toContain(secret);
  });
});
