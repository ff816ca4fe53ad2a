/** A JSON value of an OpenAPI document. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Schema = { [key: string]: Json };

/** Keywords whose values are maps: their keys are names, not keywords. */
const maps = new Set(["properties", "schemas", "headers", "responses", "paths", "content"]);

/** Keywords whose values are data. */
const data = new Set(["example", "examples", "default", "enum", "const", "required"]);

/**
 * An OpenAPI 3.1 document as OpenAPI 3.0, for tools that read no other. It says the same, in the words of
 * https://spec.openapis.org/oas/v3.0.4.html#schema-object: null is `nullable`, limits that are excluded are a flag, and
 * there is one example.
 *
 * A reference takes no `nullable` beside it, and an `allOf` around it can never be null: a named schema that may be null
 * becomes a second named schema, as in GitHub's own description (`nullable-simple-user`). Its name ends in `OrNull`: openapi-generator
 * makes a Go type `NullableX` for every `X`.
 * @throws Error where the document has what 3.0 cannot say, and this does not translate
 */
export function toOpenApi30(document: object): object {
  const { webhooks = {}, ...whole } = document as Schema & { webhooks?: object };
  if (Object.keys(webhooks).length > 0) throw new Error("OpenAPI 3.0 has no webhooks");
  const { schemas = {} } = (whole["components"] ?? {}) as { schemas?: Schema };
  const nullable = new Map<string, Schema>();

  /** The second schema of a name. */
  function refer(name: string): Schema {
    const schema = schemas[name] as Schema | undefined;
    if (typeof schema?.["type"] !== "string") throw new Error(`${name} has no single type that could be nullable`);
    nullable.set(`${name}OrNull`, { ...(convert(schema) as Schema), nullable: true });
    return { $ref: `#/components/schemas/${name}OrNull` };
  }

  function orNull({ anyOf, ...rest }: Schema): Schema {
    const kinds = (anyOf as Schema[]).filter((schema) => schema["type"] !== "null");
    const [only] = kinds;
    if (only === undefined || kinds.length > 1) throw new Error("a union of several with null is not translated");
    const { $ref } = only;
    if (typeof $ref === "string") return { ...rest, ...refer($ref.split("/").at(-1) ?? "") };
    return { ...rest, ...only, nullable: true };
  }

  function toSchema(schema: Schema): Schema {
    const { anyOf, type, examples, exclusiveMinimum, exclusiveMaximum } = schema;
    let out = schema;
    if (Array.isArray(anyOf) && anyOf.some((kind) => (kind as Schema)["type"] === "null")) out = orNull(out);
    if (Array.isArray(type)) {
      const types = type.filter((name) => name !== "null");
      if (types.length !== 1) throw new Error(`the types ${types.join(", ")} are not translated`);
      out = { ...out, type: types[0] as Json, ...(types.length < type.length && { nullable: true }) };
    }
    if (typeof exclusiveMinimum === "number") out = { ...out, minimum: exclusiveMinimum, exclusiveMinimum: true };
    if (typeof exclusiveMaximum === "number") out = { ...out, maximum: exclusiveMaximum, exclusiveMaximum: true };
    if (Array.isArray(examples)) {
      const { examples: [example = null] = [], ...rest } = out as { examples?: Json[] } & Schema;
      out = { ...rest, example };
    }
    if ("const" in out) {
      const { const: only = null, ...rest } = out;
      out = { ...rest, enum: [only] };
    }
    return out;
  }

  function convert(value: Json): Json {
    if (Array.isArray(value)) return value.map((item) => convert(item));
    if (value === null || typeof value !== "object") return value;
    return mapValues(toSchema(value), (item, key) => {
      if (data.has(key)) return item;
      return maps.has(key) ? mapValues(item as Schema, (each) => convert(each)) : convert(item);
    });
  }

  const converted = convert(whole) as Schema;
  const components = converted["components"] as Schema;
  const text = JSON.stringify([converted, [...nullable.values()]]);
  /** False of a schema of which only the second is left. */
  const isUsed = (name: string) =>
    !nullable.has(`${name}OrNull`) || text.includes(JSON.stringify(`#/components/schemas/${name}`));
  const kept = Object.entries(components["schemas"] as Schema).filter(([name]) => isUsed(name));
  return {
    ...converted,
    openapi: "3.0.4",
    components: { ...components, schemas: Object.fromEntries([...kept, ...nullable]) },
  };
}

function mapValues(object: Schema, map: (value: Json, name: string) => Json): Schema {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value, name)]));
}
