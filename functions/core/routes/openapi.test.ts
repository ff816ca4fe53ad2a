import { describe, expect, test } from "vitest";
import { createService } from "../../../test/support/ports.ts";

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; description?: string; example?: unknown; schema: object }[];
  responses: Record<string, { $ref?: string } & ResponseObject>;
}
interface ResponseObject {
  description: string;
  headers?: object;
  content?: Record<string, { schema: object; example?: { status: string; message: string } }>;
}
interface Document {
  components: { responses: Record<string, ResponseObject> };
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
}

const document = (await (await createService().get("/openapi.json")).json()) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

describe("the OpenAPI document", () => {
  test("is 3.1 and of this build", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(document.info.version).toBe("1.2.3");
  });

  test("has every resource of the service", () => {
    for (const path of [
      "/{username}",
      "/users/{username}/gists",
      "/gists/public",
      "/gists/{gist_id}",
      "/gists/{gist_id}/{sha}",
      "/gists/{gist_id}/commits",
      "/gists/{gist_id}/forks",
      "/gists/{gist_id}/comments",
      "/gists/{gist_id}/comments/{comment_id}",
      "/rate_limit",
      "/health",
      "/health/ready",
      "/metrics",
      "/openapi.json",
    ])
      expect(document.paths).toHaveProperty([path, "get"]);
  });

  test("names each operation once", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(operations)("of $method $path declares its path parameters, each described", ({ path, operation }) => {
    const declared = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === "path")
      .map(({ name }) => name);
    expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    for (const parameter of operation.parameters ?? []) expect(parameter.description, parameter.name).toMatch(/\S/);
  });

  test.each(operations)("of $method $path gives every error GitHub's shape", ({ operation }) => {
    const errors = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
    expect(errors.length).toBeGreaterThan(0);
    for (const [status, { $ref, ...own }] of errors) {
      const response = $ref === undefined ? own : document.components.responses[$ref.split("/").at(-1) ?? ""]!;
      expect(response.content?.["application/json"]?.schema, status).toEqual({ $ref: "#/components/schemas/Error" });
      expect(response.description).toMatch(/\S/);
      expect(response.content?.["application/json"]?.example).toMatchObject({
        status,
        message: expect.stringMatching(/\S/),
      });
    }
  });

  test("is the same for every request, so that it may be kept", async () => {
    const { get } = createService();
    const [first, again] = await Promise.all([get("/openapi.json"), get("https://other.example/openapi.json")]);
    expect(await again.text()).toBe(await first.text());
    expect(first.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
  });
});
