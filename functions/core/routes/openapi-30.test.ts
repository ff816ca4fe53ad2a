import { describe, expect, test } from "vitest";
import { toOpenApi30 } from "./openapi-30.ts";

const user = { type: "object", properties: { id: { type: "integer", format: "int64" } }, required: ["id"] };

function convert(schema: object, more: Record<string, object> = {}) {
  const document = { openapi: "3.1.0", paths: {}, components: { schemas: { A: schema, ...more } } };
  const { components } = toOpenApi30(document) as { components: { schemas: Record<string, object> } };
  return components.schemas;
}

describe("a document as OpenAPI 3.0", () => {
  test("names that version, and stays as it is otherwise", () => {
    const document = { openapi: "3.1.0", info: { title: "T" }, paths: {}, components: { schemas: { A: user } } };
    expect(toOpenApi30(document)).toEqual({ ...document, openapi: "3.0.4" });
  });

  test("leaves out a schema of which only the second is used", () => {
    const owner = { anyOf: [{ $ref: "#/components/schemas/User" }, { type: "null" }] };
    const schemas = convert({ type: "object", properties: { owner } }, { User: user });
    expect(Object.keys(schemas)).toEqual(["A", "UserOrNull"]);
  });

  test("has no webhooks", () => {
    const document = { openapi: "3.1.0", paths: {}, components: { schemas: {} } };
    expect(toOpenApi30({ ...document, webhooks: {} })).not.toHaveProperty("webhooks");
    expect(() => toOpenApi30({ ...document, webhooks: { ping: {} } })).toThrow("webhooks");
  });

  test.each([
    [{ type: ["string", "null"] }, { type: "string", nullable: true }],
    [
      { type: ["array", "null"], items: { type: ["integer", "null"] } },
      { type: "array", nullable: true, items: { type: "integer", nullable: true } },
    ],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, { type: "string", nullable: true }],
    [
      { type: "number", exclusiveMinimum: 0 },
      { type: "number", minimum: 0, exclusiveMinimum: true },
    ],
    [
      { type: "number", exclusiveMaximum: 9 },
      { type: "number", maximum: 9, exclusiveMaximum: true },
    ],
    [
      { type: "string", examples: ["a", "b"] },
      { type: "string", example: "a" },
    ],
    [
      { type: "string", const: "a" },
      { type: "string", enum: ["a"] },
    ],
    [
      { type: "integer", minimum: 1 },
      { type: "integer", minimum: 1 },
    ],
  ])("says %j as %j", (schema, expected) => {
    expect(convert(schema)["A"]).toEqual(expected);
  });

  test("says a named schema or null by a second name", () => {
    const reference = { $ref: "#/components/schemas/User" };
    const owner = { anyOf: [reference, { type: "null" }], description: "Who wrote it." };
    const schemas = convert({ type: "object", properties: { owner, author: reference } }, { User: user });
    expect(schemas).toEqual({
      A: {
        type: "object",
        properties: {
          owner: { $ref: "#/components/schemas/UserOrNull", description: "Who wrote it." },
          author: reference,
        },
      },
      User: user,
      UserOrNull: { ...user, nullable: true },
    });
  });

  test("takes names for names, and data for data", () => {
    const properties = { const: { type: "string" }, examples: { type: "array", items: { type: "string" } } };
    const schema = { type: "object", properties, example: { type: ["string", "null"], const: 1 } };
    expect(convert(schema)["A"]).toEqual(schema);
  });

  test.each([
    { type: ["string", "integer"] },
    { anyOf: [{ type: "string" }, { type: "integer" }, { type: "null" }] },
    { anyOf: [{ $ref: "#/components/schemas/B" }, { type: "null" }] },
  ])("fails for %j, which it cannot say", (schema) => {
    expect(() => convert(schema, { B: { oneOf: [] } })).toThrow(/not translated|no single type/);
  });
});
