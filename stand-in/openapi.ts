import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import type { ApiVersion } from "./env.ts";

/*
 * GitHub's own OpenAPI description, made into JSON Schema that ajv understands. The file is the part about gists of npm's
 * @octokit/openapi, whose whole is 385 MB; scripts/github-openapi.mjs writes it.
 * It is OpenAPI 3.0: `nullable` becomes a type of null. `x-github-breaking-changes` hold what 2026-03-10 changes, and
 * are applied for that version. Objects are closed, so that a field which GitHub does not have fails too.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Schema = { [key: string]: Json };

/** Its path. */
export const githubOpenapi = fileURLToPath(new URL("github-openapi.json", import.meta.url));

let description: Schema | undefined;

/** Checks answers of one API version against the description. */
export function createDescription(version: ApiVersion) {
  description ??= JSON.parse(readFileSync(githubOpenapi, "utf8")) as Schema;
  const source = description;
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const closed = convert(at(source, "components", "schemas"), version, true);
  const open = convert(at(source, "components", "schemas"), version, false);
  ajv.addSchema({ $id: "closed", components: { schemas: closed } });
  ajv.addSchema({ $id: "open", components: { schemas: open } });

  function check(validate: ValidateFunction, body: unknown): string[] {
    validate(body);
    return (validate.errors ?? []).map(
      (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  }
  const compiled = new Map<string, ValidateFunction>();
  return {
    /** The faults of a successful response's body; `path` is a template such as `/gists/{gist_id}`. */
    errorsOf(path: string, body: unknown): string[] {
      const schema = at(source, "paths", path, "get", "responses", "200", "content", "application/json", "schema");
      const known = compiled.get(path) ?? ajv.compile(refer(convert(schema, version, true), "closed") as Schema);
      compiled.set(path, known);
      return check(known, body);
    },
    /** The faults of a body by the name of its schema, if additional fields are allowed. */
    errorsOfSchema: (name: string, body: unknown) =>
      check(ajv.compile({ $ref: `open#/components/schemas/${name}` }), body),
    /** The fields of a schema, in this version. */
    fieldsOf: (name: string) => Object.keys(at(closed, name, "properties") as Schema),
  };
}

function at(from: Json, ...keys: string[]): Json {
  return keys.reduce<Json>((value, key) => (value as Schema)[key] ?? null, from);
}

function convert(value: Json, version: ApiVersion, close: boolean): Json {
  if (Array.isArray(value)) return value.map((item) => convert(item, version, close));
  if (value === null || typeof value !== "object") return value;
  const changes = (value["x-github-breaking-changes"] ?? []) as { patch: Json; version: string }[];
  const patched = changes
    .filter((change) => change.version <= version)
    .reduce((schema, { patch }) => apply(schema, patch), value);
  const out: Schema = {};
  for (const [key, item] of Object.entries(patched)) {
    if (key === "nullable" || key === "example" || key === "x-github-breaking-changes") continue;
    out[key] = convert(item, version, close);
  }
  if (close && out["properties"] && out["additionalProperties"] === undefined) out["additionalProperties"] = false;
  amend(out);
  if (patched["nullable"] !== true) return out;
  if (typeof out["type"] === "string") return { ...out, type: [out["type"], "null"] };
  return { anyOf: [out, { type: "null" }] };
}

/** GitHub's description says that a file's language is text; its recorded answers have null where it knows none. */
function amend(schema: Schema): void {
  const properties = schema["properties"] as Schema | undefined;
  if (properties?.["filename"] && properties["language"]) properties["language"] = { type: ["string", "null"] };
}

/** A JSON merge patch (RFC 7396), or a list of JSON Patch removals (RFC 6902) of two keys' depth. */
function apply(schema: Schema, patch: Json): Schema {
  const out = structuredClone(schema);
  if (Array.isArray(patch)) {
    for (const step of patch as { op: string; path: string }[]) {
      const [parent, key] = step.path.split("/").slice(1) as [string, string];
      delete (out[parent] as Schema)[key];
    }
    return out;
  }
  for (const [key, item] of Object.entries(patch as Schema)) {
    if (item === null) delete out[key];
    else if (typeof item === "object" && !Array.isArray(item)) out[key] = apply((out[key] ?? {}) as Schema, item);
    else out[key] = item;
  }
  return out;
}

function refer(value: Json, id: string): Json {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/components', `"${id}#/components`)) as Json;
}
