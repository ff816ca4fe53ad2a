import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { githubOpenapi } from "../../../stand-in/openapi.ts";

async function readDocument(): Promise<object> {
  return JSON.parse(await readFile(githubOpenapi, "utf8")) as object;
}

/** The names of an object's properties in one of GitHub's own schemas. */
export async function propertiesOfGitHub(schema: string, property: string): Promise<string[]> {
  const { components } = (await readDocument()) as {
    components: { schemas: Record<string, { properties: Record<string, { properties: object }> }> };
  };
  return Object.keys(components.schemas[schema]?.properties[property]?.properties ?? {});
}

/** The errors of a body by one of GitHub's own schemas; none if it fits. */
export async function createGitHubCheck(schema: string): Promise<(body: unknown) => string[]> {
  const document = await readDocument();
  // Not strict: the description has GitHub's own keywords.
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (target: Ajv) => void)(ajv);
  ajv.addSchema({ ...document, $id: "https://github.test/openapi" });
  const validate = ajv.compile({ $ref: `https://github.test/openapi#/components/schemas/${schema}` });
  return (body) =>
    validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
