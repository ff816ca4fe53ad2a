/**
 * JSON schemas for kubeconform, made from the Go modules that schemas.json lists: Kubernetes' own OpenAPI documents and
 * the custom resource definitions of Knative, Istio, cert-manager and MetalLB. Unknown fields are refused, metadata is
 * Kubernetes' own everywhere. What only an API server can check (CEL rules, webhooks) is not in them.
 */
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { toolCache } from "../../../scripts/tools.mjs";

/** The modules of schemas.json. */
export const sources = JSON.parse(readFileSync(new URL("schemas.json", import.meta.url), "utf8"));
const listed = readFileSync(new URL("schemas.json", import.meta.url), "utf8");
const own = readFileSync(new URL(import.meta.url), "utf8");
const metaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** @returns {string} where Go keeps a module's files */
export function moduleFolder({ module, version }) {
  const { stdout, stderr, error } = spawnSync("go", ["mod", "download", "-json", `${module}@${version}`], {
    cwd: tmpdir(),
    encoding: "utf8",
    env: { ...process.env, GOFLAGS: "", GOWORK: "off" },
  });
  const { Dir, Error: reason } = stdout ? JSON.parse(stdout) : {};
  if (!Dir) throw new Error(`${module}@${version} cannot be had: ${error?.message ?? reason ?? stderr}`);
  return Dir;
}

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/**
 * One schema of OpenAPI as JSON schema that refuses unknown fields. Inside of oneOf, anyOf, allOf and not are parts
 * of an object, so nothing is closed there.
 */
function toStrict(schema) {
  if (typeof schema !== "object" || schema === null) return schema;
  const {
    format,
    nullable,
    default: _,
    description: __,
    "x-kubernetes-int-or-string": intOrString,
    "x-kubernetes-preserve-unknown-fields": open,
    ...rest
  } = schema;
  if (intOrString || format === "int-or-string") return { type: ["string", "integer"] };
  for (const key of Object.keys(rest)) if (key.startsWith("x-")) delete rest[key];
  if (rest.$ref) return { $ref: toDefinition(rest.$ref) };
  if (rest.properties) {
    rest.properties = mapValues(rest.properties, toStrict);
    if (rest.additionalProperties === undefined && !open) rest.additionalProperties = false;
  }
  if (typeof rest.additionalProperties === "object") rest.additionalProperties = toStrict(rest.additionalProperties);
  if (rest.items) rest.items = toStrict(rest.items);
  if (rest.allOf) {
    rest.allOf = rest.allOf.map((part) => (part.$ref ? { $ref: toDefinition(part.$ref) } : part));
  }
  if (nullable && typeof rest.type === "string") rest.type = [rest.type, "null"];
  return rest;
}

function toDefinition(ref) {
  return ref.replace("#/components/schemas/", "#/definitions/");
}

/** The definitions that a schema needs, by name. */
function reachable(schema, definitions, found = {}) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    if (found[name]) continue;
    found[name] = definitions[name];
    reachable(definitions[name], definitions, found);
  }
  return found;
}

function write(folder, group, version, kind, schema) {
  const path = join(folder, group || version, `${kind.toLowerCase()}_${version}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(schema));
}

function writeKubernetes(folder, { kubernetes }) {
  const from = join(moduleFolder(kubernetes), "api/openapi-spec/v3");
  let metadata = {};
  for (const group of kubernetes.groups) {
    const { components } = JSON.parse(readFileSync(join(from, `${group}_openapi.json`), "utf8"));
    const definitions = mapValues(components.schemas, toStrict);
    for (const name of Object.keys(definitions)) {
      if (name.endsWith(".api.resource.Quantity")) definitions[name] = { type: ["string", "number"] };
    }
    metadata = reachable({ $ref: `#/definitions/${metaName}` }, definitions);
    for (const [name, schema] of Object.entries(components.schemas)) {
      const kinds = schema["x-kubernetes-group-version-kind"] ?? [];
      if (kinds.length !== 1 || !schema.properties?.metadata) continue;
      write(folder, kinds[0].group, kinds[0].version, kinds[0].kind, {
        ...definitions[name],
        definitions: reachable(definitions[name], definitions),
      });
    }
  }
  return metadata;
}

function writeDefinitions(folder, source, metadata) {
  const from = join(moduleFolder(source), source.folder);
  const files = readdirSync(from).filter((name) => name.endsWith(".yaml"));
  for (const file of files) {
    for (const document of parseAllDocuments(readFileSync(join(from, file), "utf8"))) {
      const definition = document.toJS();
      if (definition?.kind !== "CustomResourceDefinition") continue;
      const { group, names, versions } = definition.spec;
      for (const { name: version, schema } of versions) {
        const strict = toStrict(schema.openAPIV3Schema);
        strict.properties = {
          ...strict.properties,
          apiVersion: { const: `${group}/${version}` },
          kind: { const: names.kind },
          metadata: { $ref: `#/definitions/${metaName}` },
        };
        write(folder, group, version, names.kind, { ...strict, additionalProperties: false, definitions: metadata });
      }
    }
  }
}

/**
 * @returns {string} where kubeconform finds the schemas (its `-schema-location`), made first if need be
 * @throws {Error} when a module cannot be had
 */
export function schemaLocation() {
  const key = createHash("sha256").update(listed).update(own).digest("hex").slice(0, 12);
  const folder = join(toolCache, `schemas@${key}`);
  if (!existsSync(folder)) {
    console.error("making the schemas of Kubernetes' and the platform's resources");
    const fresh = join(toolCache, `.schemas-${process.pid}`);
    rmSync(fresh, { recursive: true, force: true });
    const metadata = writeKubernetes(fresh, sources);
    for (const source of sources.definitions) writeDefinitions(fresh, source, metadata);
    renameSync(fresh, folder);
  }
  return join(folder, "{{.Group}}", "{{.ResourceKind}}_{{.ResourceAPIVersion}}.json");
}
