import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";
import { fill, isReachable, pathParameters, resources, services } from "./resources.ts";
import type { Service } from "./service.ts";
import { shared } from "./shared.ts";

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  schema: { example?: unknown };
}
interface ResponseObject {
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema: object }>;
}
interface Document {
  paths: Record<string, Record<string, { parameters?: Parameter[]; responses: Record<string, ResponseObject> }>>;
  components: Record<string, Record<string, object>>;
}

/** One operation of the OpenAPI document. */
export interface Operation {
  /** Such as `GET /gists/{gist_id}`. */
  title: string;
  /** The template of its path. */
  template: string;
  parameters: readonly Parameter[];
  responses: Record<string, ResponseObject>;
}

/** Where the document is for its own references, which ajv can then follow from everywhere. */
const id = "https://edge-gists.test/openapi.json";
const text = await (await shared.get("/openapi.json")).text();
const document = JSON.parse(text.replaceAll('"#/', `"${id}#/`)) as Document;

/** The target of a reference in the document; other values unchanged. */
function follow<T extends object>(value: T | { $ref: string }): T {
  if (!("$ref" in value)) return value;
  const [, , kind = "", name = ""] = value.$ref.slice(id.length).split("/");
  return document.components[kind]?.[name] as T;
}

/** Every operation of the document that can be reached here. */
export const operations: readonly Operation[] = Object.entries(document.paths)
  .flatMap(([template, item]) =>
    Object.entries(item).map(([method, { parameters = [], responses }]) => ({
      title: `${method.toUpperCase()} ${template}`,
      template,
      parameters,
      responses: Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, follow(response)])),
    })),
  )
  .filter(({ template }) => isReachable(template));

export const isService = ({ template }: Operation): boolean => services.includes(template);

/** Path parameters that name something in the stand-in: the table's, or the document's own examples. */
export async function knownParams(service: Service, { template, parameters }: Operation) {
  const row = resources.find(({ name }) => name === template);
  if (row) return row.params(service.github);
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  return Object.fromEntries(inPath.map(({ name, schema }) => [name, String(schema.example)]));
}

/** A value of a path's parameter. @throws Error if the table has none */
export function valueOf(name: string, kind: "unknown" | "malformed"): string {
  const { [name]: values } = pathParameters;
  if (!values) throw new Error(`add {${name}} to pathParameters in test/contract/support/resources.ts`);
  return kind === "unknown" ? values.unknown() : values.malformed;
}

/** An existing path of an operation. */
export async function knownPath(service: Service, operation: Operation): Promise<string> {
  const row = resources.find(({ name }) => name === operation.template);
  return row?.path(service.github) ?? fill(operation.template, await knownParams(service, operation));
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (target: Ajv2020) => void)(ajv);
ajv.addSchema(document, id);

/** A response whose body was read. */
export interface Visited {
  status: number;
  headers: Headers;
  text: string;
}

/** Asks for a path of an operation, and fails unless the document describes the response: status, headers and body. */
export async function visit(
  service: Service,
  operation: Operation,
  path: string,
  init?: RequestInit,
): Promise<Visited> {
  const response = await service.get(path, init);
  const { status, headers } = response;
  const visited = { status, headers, text: await response.text() };
  const method = init?.method ?? "GET";
  const said = `${method} ${path} responded with ${status} ${visited.text.slice(0, 300)}`;
  expect(status, `the service failed: ${said}`).not.toBe(500);
  const { [status]: described } = operation.responses;
  expect(described, `a status that the document of ${operation.title} does not have: ${said}`).toBeDefined();
  for (const [name, header] of Object.entries(described?.headers ?? {})) {
    const { required } = follow<{ required?: boolean }>(header);
    if (required) expect(headers.has(name), `the document promises ${name}: ${said}`).toBe(true);
  }
  if (method === "HEAD" || status === 304) return visited;
  const type = headers.get("content-type")?.split(";")[0] ?? "";
  const { [type]: content } = described?.content ?? {};
  expect(content, `the document has no ${type} with this status: ${said}`).toBeDefined();
  if (type !== "application/json") return visited;
  ajv.validate(content?.schema ?? false, JSON.parse(visited.text));
  const wrong = (ajv.errors ?? []).slice(0, 5).map((error) => `${error.instancePath} ${error.message}`);
  expect(wrong, `not as the document's schema has it: ${said}`).toEqual([]);
  return visited;
}
