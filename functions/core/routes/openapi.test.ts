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
      "/openapi-3.0.json",
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

  test.each(["/openapi.json", "/openapi-3.0.json"])("as %s has 64 bits for every id", async (path) => {
    const text = await (await createService().get(path)).text();
    const ids: unknown[] = [];
    JSON.parse(text, (key, value: { type?: string; format?: string; in?: string; schema?: unknown; name?: string }) => {
      if (key === "id" && value.type === "integer") ids.push(value.format);
      if (value?.in === "path" && value.name === "comment_id") ids.push((value.schema as typeof value).format);
      return value;
    });
    expect(ids.length).toBeGreaterThanOrEqual(4);
    expect(new Set(ids)).toEqual(new Set(["int64"]));
  });

  test("as 3.0 has the same operations, and no word of 3.1", async () => {
    const text = await (await createService().get("/openapi-3.0.json")).text();
    const older = JSON.parse(text) as Document;
    expect(older.openapi).toMatch(/^3\.0\.\d$/);
    const operationsOf = ({ paths }: Document) =>
      Object.entries(paths).map(([path, item]) => [path, item["get"]?.operationId]);
    expect(operationsOf(older)).toEqual(operationsOf(document));
    expect(text).not.toMatch(/"null"|"type":\[|"const":|"examples":\[|"exclusive(?:Min|Max)imum":\d/);
  });

  test.each([
    [{}, "http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    [{}, "http://127.0.0.1:8080/api/v3", "http://127.0.0.1:8080/api/v3"],
    [{}, "https://any.example", "/"],
    [{ PUBLIC_HOSTS: "gists.example" }, "https://gists.example", "https://gists.example"],
    [{ PUBLIC_URL: "https://gists.example" }, "https://any.example", "https://gists.example"],
    [{ PUBLIC_URL: "https://gists.example" }, "https://any.example/api/v3", "https://gists.example/api/v3"],
  ])("with %j, asked of %s, has the server %s", async (env, origin, url) => {
    const { get } = createService({ env });
    for (const name of ["openapi.json", "openapi-3.0.json"]) {
      const { servers } = (await (await get(`${origin}/${name}`)).json()) as { servers: unknown };
      expect(servers).toEqual([{ url }]);
    }
  });

  test("is the same for every request, so that it may be kept", async () => {
    const { get } = createService();
    const [first, again] = await Promise.all([get("/openapi.json"), get("https://other.example/openapi.json")]);
    expect(await again.text()).toBe(await first.text());
    expect(first.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
  });
});
