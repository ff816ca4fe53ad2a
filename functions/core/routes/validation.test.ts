import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EdgeError, toErrorBody } from "../errors.ts";
import { refuseInvalid } from "./validation.ts";

/** The response to input that a schema refuses. */
function refuse(target: string, schema: z.ZodType, input: unknown, path = "/") {
  const parsed = schema.safeParse(input);
  try {
    void refuseInvalid({ target, ...parsed } as never, { req: { path } } as never);
  } catch (error) {
    if (error instanceof EdgeError) return toErrorBody(error);
    throw error;
  }
  return undefined;
}

const schema = z.object({ page: z.number("Must be a number"), per_page: z.number("Must be a number") });

describe("refused input", () => {
  test.each([
    ["param", 404, "Not Found", "Path"],
    ["query", 422, "Validation Failed", "Query"],
    ["header", 400, "page: Must be a number; per_page: Must be a number", "Header"],
  ])("in a %s is %i, and every field is named with its reason", (target, status, message, resource) => {
    const refused = refuse(target, schema, { page: "<script>", per_page: "x" });
    expect(refused?.status).toBe(status);
    expect(refused?.body.message).toBe(message);
    expect(refused?.body.errors).toEqual(
      ["page", "per_page"].map((field) => ({ resource, field, code: "invalid", message: "Must be a number" })),
    );
    expect(JSON.stringify(refused)).not.toContain("<script>");
  });

  test.each(["/gists/starred", "/gists/aa5a315d61ae9438b18d/star"])("at %s is told what is served", (path) => {
    const refused = refuse("param", schema, {}, path);
    expect(refused?.body.message).toMatch(/public gists only/);
    expect(refused?.body.errors).toHaveLength(2);
  });

  test("is absent if the schema accepts it", () => {
    expect(refuse("query", schema, { page: 1, per_page: 1 })).toBeUndefined();
  });
});
