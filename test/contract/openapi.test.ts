import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { root } from "../../harness/child.ts";
import { resources, services } from "./support/resources.ts";
import { useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";

interface Operation {
  operationId?: string;
  summary?: string;
  parameters?: { name: string; in: string; schema?: Record<string, unknown>; example?: unknown }[];
  responses: Record<
    string,
    { description: string; headers?: Record<string, unknown>; content?: Record<string, unknown> }
  >;
}
interface Document {
  openapi: string;
  info: { title: string; version: string; license?: unknown };
  servers?: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
}

const document = async () => (await (await shared.get("/openapi.json")).json()) as Document;
const { version } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as { version: string };

describe("/openapi.json", () => {
  test("is OpenAPI 3.1 of this version", async () => {
    const response = await shared.get("/openapi.json");
    expect(response.headers.get("content-type")).toMatch(/^application\/(json|openapi\+json|vnd\.oai\.openapi\+json)/);
    const { openapi, info } = (await response.json()) as Document;
    expect(openapi).toMatch(/^3\.1\.\d$/);
    expect(info.version).toBe(version);
  });

  test.each([...resources.map((row) => row.name), ...services])("describes %s", async (path) => {
    const operation = (await document()).paths[path]?.["get"];
    expect(operation, "a GET").toBeDefined();
    expect(operation?.summary).toMatch(/\S/);
    expect(operation?.operationId).toMatch(/^\w+$/);
    const statuses = Object.keys(operation?.responses ?? {});
    expect(statuses.some((status) => /^[23]/.test(status))).toBe(true);
  });

  test.each(resources.map((row) => row.name))("%s has every error, every header and an example", async (path) => {
    const operation = (await document()).paths[path]?.["get"] as Operation;
    const statuses = Object.keys(operation.responses);
    for (const status of ["200", "304", "400", "404", "405", "413", "414", "415", "502", "503", "504"]) {
      expect(statuses, path).toContain(status);
    }
    const headers = Object.keys(operation.responses["200"]?.headers ?? {}).map((name) => name.toLowerCase());
    const { headers: actual } = await shared.get(
      await (resources.find((row) => row.name === path)?.path(shared.github) as Promise<string>),
    );
    const ours = [...actual.keys()].filter((name) =>
      /^(x-ratelimit-|x-github-|cache-status|age|etag|link|last-modified|deprecation|sunset)/.test(name),
    );
    expect(headers).toEqual(expect.arrayContaining(ours));
    for (const parameter of operation.parameters ?? []) {
      if (parameter.in !== "path") continue;
      expect(JSON.stringify(parameter), `${path}: ${parameter.name}`).toMatch(/"examples?":/);
    }
  });

  test.each([
    ["/{username}", ["since", "per_page", "page", "all"]],
    ["/users/{username}/gists", ["since", "per_page", "page", "all"]],
    ["/{username}.atom", ["since", "per_page", "page"]],
    ["/users/{username}/gists.atom", ["since", "per_page", "page"]],
    ["/gists/public.atom", ["since", "per_page", "page"]],
    ["/gists/public", ["since", "per_page", "page"]],
    ["/gists/{gist_id}/commits", ["per_page", "page"]],
    ["/gists/{gist_id}/forks", ["per_page", "page"]],
    ["/gists/{gist_id}/comments", ["per_page", "page"]],
  ])("%s takes %j", async (path, names) => {
    const parameters = (await document()).paths[path]?.["get"]?.parameters ?? [];
    const query = parameters.filter((parameter) => parameter.in === "query");
    expect(query.map((parameter) => parameter.name).toSorted()).toEqual(names.toSorted());
    const perPage = query.find((parameter) => parameter.name === "per_page");
    expect(perPage?.schema).toEqual({ type: "integer", default: 30 });
    const page = query.find((parameter) => parameter.name === "page");
    expect(page?.schema).toEqual({ type: "integer", maximum: 1_000_000, default: 1 });
  });
});

describe("/openapi-3.0.json", () => {
  test("is the same as OpenAPI 3.0", async () => {
    const older = (await (await shared.get("/openapi-3.0.json")).json()) as Document;
    const { paths, info, servers } = await document();
    expect(older.openapi).toMatch(/^3\.0\.\d$/);
    expect(older.info).toEqual(info);
    expect(older.servers).toEqual(servers);
    expect(Object.keys(older.paths)).toEqual(Object.keys(paths));
  });
});

describe("the server of the document", () => {
  test.each(["/openapi.json", "/openapi-3.0.json"])("in %s is absolute if the host is known", async (path) => {
    const { servers } = (await (await shared.get(path)).json()) as Document;
    expect(servers).toEqual([{ url: shared.url }]);
  });
});

describe("/openapi.json behind PUBLIC_URL", () => {
  const service = useService({ PUBLIC_URL: "https://gists.example" });

  test("names it as its server", async () => {
    const { servers } = (await (await service.get("/openapi.json")).json()) as Document;
    const urls = servers?.map((server) => new URL(server.url, "https://gists.example/openapi.json").href);
    expect(urls).toEqual(["https://gists.example/"]);
  });
});
