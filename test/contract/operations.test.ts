import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { root } from "../../harness/child.ts";
import { metric } from "../resilience/support/metrics.ts";
import { expectErrorBody, expectLocalError } from "./support/errors.ts";
import { items } from "./support/headers.ts";
import {
  expectHeadLikeGet,
  expectNothingAfterHead,
  expectOptions,
  expectRefused,
  refusedMethods,
} from "./support/methods.ts";
import { isService, knownParams, knownPath, type Operation, operations, valueOf, visit } from "./support/operations.ts";
import { fill, isReachable, queryParameters, resources, services } from "./support/resources.ts";
import { runtime, useQuietService, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";
import { withoutCalls } from "./support/stand-in.ts";

/*
 * Every operation of the OpenAPI document does what all do, so that a half-made one fails here by its name. What those
 * do that ask GitHub: operations-cached.test.ts. The steps to add one: docs/adding-a-route.md.
 */

const table = "test/contract/support/resources.ts";
const service = useQuietService();

/** Each parameter of each operation. */
const parametersIn = (place: "path" | "query") =>
  operations.flatMap((operation) =>
    operation.parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name, allowEmptyValue = false }) => ({ title: operation.title, operation, name, allowEmptyValue })),
  );

/** The templates that the table has. */
const named = [...resources.map(({ name }) => name), ...services].filter(isReachable);

test("all only read, and the document has those of the table", () => {
  const titles = operations.map(({ title }) => title);
  expect(titles.filter((title) => !title.startsWith("GET "))).toEqual([]);
  expect(titles).toEqual(expect.arrayContaining(named.map((name) => `GET ${name}`)));
});

describe.each(operations)("$title", (operation) => {
  const { template, parameters } = operation;

  test("has its row in the table of examples", () => {
    expect(named, `add ${template} to resources or services in ${table}`).toContain(template);
  });

  test("is listed in / with its query parameters", async () => {
    const urls = (await (await shared.get("/", { headers: { accept: "application/json" } })).json()) as object;
    const query = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
    const wanted = `${shared.url}${template}${query.length > 0 ? `{?${query.join(",")}}` : ""}`;
    expect(Object.values(urls), `functions/core/routes/all.ts names the URL of ${template}`).toContain(wanted);
  });

  test("is listed in docs/routes.md", async () => {
    const text = await readFile(`${root}docs/routes.md`, "utf8");
    expect(text, "make the page anew: npm run docs routes").toContain(`| \`${template}\``);
  });

  test("responds with 200 as the document describes it", async () => {
    const path = await knownPath(shared, operation);
    const { status } = await visit(shared, operation, path);
    expect(status, `${path} exists at the stand-in (${table})`).toBe(200);
  });

  test("responds to HEAD as to GET, without the body", async () => {
    await expectHeadLikeGet(shared, await knownPath(shared, operation));
  });

  test("responds to HEAD over a raw socket without a byte after the head", async () => {
    await expectNothingAfterHead(shared, await knownPath(shared, operation));
  });

  test("responds to OPTIONS with the existing methods", async () => {
    await expectOptions(shared, await knownPath(shared, operation));
  });

  test.each(refusedMethods)("refuses %s with 405 and Allow", async (method) => {
    const path = await knownPath(service, operation);
    await withoutCalls(service, () => expectRefused(service, path, method));
    expect((await visit(service, operation, path, { method })).status).toBe(405);
  });

  test("can be read by any site", async () => {
    const path = await knownPath(shared, operation);
    const origin = "https://reader.example";
    const { headers } = await visit(shared, operation, path, { headers: { origin } });
    expect(headers.get("access-control-allow-origin")).toBe("*");
    const preflight = await shared.get(path, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(items(preflight, "access-control-allow-methods")).toEqual(["get", "head", "options"]);
  });

  test("ignores a query parameter that it does not know", async () => {
    const path = await knownPath(service, operation);
    await service.get(path);
    const more = `${path}${path.includes("?") ? "&" : "?"}utm_source=x&constructor=1`;
    const { status } = await withoutCalls(service, () => visit(service, operation, more));
    expect(status).toBe(200);
  });

  test("is the same path if a letter is percent-encoded", async () => {
    const path = await knownPath(service, operation);
    const plain = await visit(service, operation, path);
    const encoded = await withoutCalls(service, () => visit(service, operation, encode(path)));
    expect(encoded.status).toBe(200);
    expect(encoded.headers.get("etag")).toBe(plain.headers.get("etag"));
  });

  test.each(["/", "/x"])("is no prefix: 404 with %s behind it, without a call", async (more) => {
    const path = fill(template, await knownParams(service, operation));
    // What is behind a slash may be a part of the same resource, such as a file of a gist.
    await service.get(path);
    await withoutCalls(service, async () => expectLocalError(await service.get(`${path}${more}`), 404));
  });
});

describe.each(parametersIn("path"))("$title with {$name}", ({ operation, name }) => {
  test("that GitHub does not know is 404", async () => {
    const params = { ...(await knownParams(service, operation)), [name]: valueOf(name, "unknown") };
    const path = fill(operation.template, params);
    const { status, text } = await visit(service, operation, path);
    expect(status, text).toBe(404);
    expectErrorBody(text, 404);
    const again = await withoutCalls(service, () => visit(service, operation, path));
    expect(again, "it is remembered").toMatchObject({ status: 404, text });
  });

  test("that cannot exist is 404 and says why, without a call", async () => {
    const params = { ...(await knownParams(service, operation)), [name]: valueOf(name, "malformed") };
    const path = fill(operation.template, params);
    const { status, text } = await withoutCalls(service, () => visit(service, operation, path));
    expect(status, text).toBe(404);
    expect(expectErrorBody(text, 404).errors?.[0]).toMatchObject({ resource: "Path", field: name });
  });
});

test.each(parametersIn("query"))(
  "$title with a wrong $name is 422 and says why, without a call",
  async ({ operation, name }) => {
    const { [name]: wrong } = queryParameters;
    expect(wrong, `add ${name} to queryParameters in ${table}`).toBeDefined();
    const [path = "", known] = (await knownPath(service, operation)).split("?");
    const query = new URLSearchParams(known);
    query.set(name, wrong ?? "");
    const { status, text } = await withoutCalls(service, () => visit(service, operation, `${path}?${query}`));
    expect(status, text).toBe(422);
    expect(expectErrorBody(text, 422).errors).toMatchObject([{ resource: "Query", field: name }]);
  },
);

test.each(parametersIn("query"))(
  "$title with an empty $name is served if the document allows it",
  async ({ operation, name, allowEmptyValue }) => {
    const path = `${fill(operation.template, await knownParams(service, operation))}?${name}=`;
    const { status, text } = await visit(service, operation, path);
    expect(status, text).toBe(allowEmptyValue ? 200 : 422);
  },
);

describe.skipIf(runtime === "gateway")("/metrics", () => {
  const counted = useService();

  /** Sends requests of every kind. Returns the names in them that no label may have. */
  async function ask(operation: Operation): Promise<{ requests: number; names: string[] }> {
    const known = await knownParams(counted, operation);
    const fillWith = (kind: "unknown" | "malformed") =>
      Object.fromEntries(Object.keys(known).map((name) => [name, valueOf(name, kind)]));
    const [unknown, malformed] = [fillWith("unknown"), fillWith("malformed")];
    const paths = [known, unknown, malformed].map((values) => fill(operation.template, values));
    for (const path of paths) {
      await counted.get(path);
      await counted.get(path, { method: "POST" });
    }
    return { requests: paths.length * 2, names: Object.values(unknown) };
  }

  test.each(operations)("counts $title under its template, whatever the response", async (operation) => {
    const { template } = operation;
    const count = () => metric(counted.url, "http_requests_total", { route: template });
    const before = await count();
    const { requests, names } = await ask(operation);
    // The reading before is a request for /metrics too.
    expect((await count()) - before).toBe(requests + (template === "/metrics" ? 1 : 0));
    const text = await (await counted.get("/metrics")).text();
    for (const name of names) expect(text, "a label that a client wrote").not.toContain(name);
  });
});

describe("those that this service responds to itself", () => {
  const alone = useService({ GITHUB_API_URL: "http://127.0.0.1:9", UPSTREAM_RETRIES: "0" });

  test.each(operations.filter(isService))("$title never calls GitHub, and works without it", async (operation) => {
    const { status } = await withoutCalls(service, () => visit(service, operation, operation.template));
    expect(status).toBe(200);
    expect((await visit(alone, operation, operation.template)).status).toBe(200);
  });
});

/** A path with the first letter of each segment percent-encoded. */
function encode(path: string): string {
  const [segments = "", query] = path.split("?");
  const encoded = segments.replaceAll(/(?<=\/)[^/]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  return query === undefined ? encoded : `${encoded}?${query}`;
}
