import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";

/*
 * Checks responses against the OpenAPI document, by ajv. The service itself validates requests only.
 */

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  allowEmptyValue?: boolean;
  schema: { example?: unknown };
}

export interface ResponseObject {
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

export interface Description {
  operations: readonly Operation[];
  /** The target of a reference in the document; other values unchanged. */
  follow: <T extends object>(value: T | { $ref: string }) => T;
  /** What is wrong with a body, by a schema of the document; nothing where it fits. */
  errorsOf: (schema: object | undefined, body: unknown) => string[];
}

/** Where the document is for its own references, which ajv can then follow from everywhere. */
const id = "https://edge-gists.test/openapi.json";

/** Reads the document of a service. */
export async function readDescription(url: string): Promise<Description> {
  const text = await (await fetch(`${url}/openapi.json`)).text();
  const document = JSON.parse(text.replaceAll('"#/', `"${id}#/`)) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (target: Ajv2020) => void)(ajv);
  ajv.addFormat("int64", { type: "number", validate: Number.isSafeInteger });
  ajv.addSchema(document, id);

  function follow<T extends object>(value: T | { $ref: string }): T {
    if (!("$ref" in value)) return value;
    const [, , kind = "", name = ""] = value.$ref.slice(id.length).split("/");
    return document.components[kind]?.[name] as T;
  }

  const operations = Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item).map(([method, { parameters = [], responses }]) => ({
      title: `${method.toUpperCase()} ${template}`,
      template,
      parameters,
      responses: Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, follow(response)])),
    })),
  );
  return {
    operations,
    follow,
    errorsOf(schema, body) {
      ajv.validate(schema ?? false, body);
      return (ajv.errors ?? []).slice(0, 5).map((error) => `${error.instancePath} ${error.message}`);
    },
  };
}

/** Paths of pages, which the document does not have. */
const isPage = /^\/(?:docs|status|favicon\.ico|robots\.txt)?$/;

/** Operations that send browsers a page, which the document leaves out: a generated client never gets it. */
const hasPage = new Set(["/metrics", "/rate_limit"]);

/** A path as fetch sends it, without prefixes (GitHub Enterprise Server's, a PUBLIC_URL's) and percent-encoding; undefined where it is none. */
function decode(path: string): string | undefined {
  try {
    // Dot segments are resolved before it is sent.
    const { pathname } = new URL(`https://service.test${path}`);
    return decodeURIComponent(pathname.replace(/^(?:\/cache)?(?:\/api\/v3)?(?=\/)/, ""));
  } catch {
    return undefined;
  }
}

function findOperation({ operations }: Description, target: string): Operation | undefined {
  const path = decode(target);
  if (path === undefined || isPage.test(path)) return undefined;
  return operations.find(({ template }) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path));
}

/**
 * Fails where a response to GET is not as the document describes it: its status, media type and body. Nothing is checked
 * of a path that the document does not have.
 */
export async function expectDescribed(description: Description, path: string, response: Response): Promise<void> {
  const operation = findOperation(description, path);
  const { status, headers } = response;
  // Only pages redirect.
  if (operation === undefined || status === 308) return;
  const { [status]: described } = operation.responses;
  const said = `GET ${path} answered ${status}`;
  expect(described, `a status that the document of ${operation.title} does not have: ${said}`).toBeDefined();
  if (status === 304) return;
  const type = headers.get("content-type")?.split(";")[0] ?? "";
  if (type === "text/html" && status === 200 && hasPage.has(operation.template)) return;
  const { [type]: named, "*/*": any } = described?.content ?? {};
  const content = named ?? any;
  expect(content, `the document has no ${type} with this status: ${said}`).toBeDefined();
  if (type !== "application/json" || named === undefined) return;
  // A test may end its request, or the service its response.
  const text = await response
    .clone()
    .text()
    .catch(() => undefined);
  if (text === undefined) return;
  const wrong = description.errorsOf(content?.schema, JSON.parse(text));
  expect(wrong, `not as the document's schema has it: ${said} ${text.slice(0, 300)}`).toEqual([]);
}
