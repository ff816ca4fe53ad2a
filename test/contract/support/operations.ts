import { expect } from "vitest";
import { type Operation, readDescription } from "./described.ts";
import { fill, isReachable, pathParameters, resources, services } from "./resources.ts";
import type { Service } from "./service.ts";
import { shared } from "./shared.ts";

const { operations: all, follow, errorsOf } = await readDescription(shared.url);

export type { Operation } from "./described.ts";

/** Every operation of the document that can be reached here. */
export const operations: readonly Operation[] = all.filter(({ template }) => isReachable(template));

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
  const { [type]: named, "*/*": any } = described?.content ?? {};
  const content = named ?? any;
  expect(content, `the document has no ${type} with this status: ${said}`).toBeDefined();
  if (type !== "application/json" || named === undefined) return visited;
  expect(errorsOf(content?.schema, JSON.parse(visited.text)), `not as the document's schema has it: ${said}`).toEqual(
    [],
  );
  return visited;
}
