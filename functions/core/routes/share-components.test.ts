import { describe, expect, test } from "vitest";
import { shareComponents } from "./share-components.ts";

const refused = { description: "Refused.", headers: { Age: { schema: { type: "integer" } } } };

function documentOf(...responses: Record<string, unknown>[]) {
  const operations = responses.map((item, index) => [`/${index}`, { get: { responses: item } }] as const);
  return { openapi: "3.1.0", paths: Object.fromEntries(operations), components: { schemas: { A: {} } } };
}

describe("a repeated part of a document", () => {
  test("exists once, and is referred to", () => {
    const { paths, components } = shareComponents(documentOf({ 404: refused }, { 404: refused }));
    const reference = { $ref: "#/components/responses/Status404" };
    expect(paths?.["/0"]?.["get"]?.responses).toEqual({ 404: reference });
    expect(paths?.["/1"]?.["get"]?.responses).toEqual({ 404: reference });
    expect(components?.["responses"]).toEqual({
      Status404: { description: "Refused.", headers: { Age: { $ref: "#/components/headers/Age" } } },
    });
    expect(components?.["headers"]).toEqual({ Age: refused.headers.Age });
  });

  test("stays separate from a different part with the same name", () => {
    const other = { ...refused, description: "Refused otherwise." };
    const { paths, components } = shareComponents(documentOf({ 404: refused }, { 404: other }));
    expect(paths?.["/1"]?.["get"]?.responses).toEqual({ 404: { $ref: "#/components/responses/Status404-2" } });
    expect(Object.keys(components?.["responses"] ?? {})).toEqual(["Status404", "Status404-2"]);
  });

  test("does not move: a success, and existing components", () => {
    const found = { description: "Found." };
    const { paths, components, ...rest } = shareComponents(documentOf({ 200: found }));
    expect(paths?.["/0"]?.["get"]?.responses).toEqual({ 200: found });
    expect(components?.["schemas"]).toEqual({ A: {} });
    expect(rest).toEqual({ openapi: "3.1.0" });
  });
});
