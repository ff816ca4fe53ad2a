import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { githubOpenapi } from "../../../stand-in/openapi.ts";

/** Returns the faults of a body, by one of GitHub's own schemas; nothing if it fits. */
export async function createGitHubCheck(schema: string): Promise<(body: unknown) => string[]> {
  const document = JSON.parse(await readFile(githubOpenapi, "utf8")) as object;
  // Not strict: the description has GitHub's own keywords.
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (target: Ajv) => void)(ajv);
  ajv.addSchema({ ...document, $id: "https://github.test/openapi" });
  const validate = ajv.compile({ $ref: `https://github.test/openapi#/components/schemas/${schema}` });
  return (body) =>
    validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
