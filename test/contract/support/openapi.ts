import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

const require = createRequire(import.meta.url);

/** Answers what is wrong with a body, by one of GitHub's own schemas; nothing where it fits. */
export async function createGitHubCheck(schema: string): Promise<(body: unknown) => string[]> {
  const path = require.resolve("@octokit/openapi/generated/api.github.com.json");
  const document = JSON.parse(await readFile(path, "utf8")) as object;
  // Not strict: the description has GitHub's own keywords.
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (target: Ajv) => void)(ajv);
  ajv.addSchema({ ...document, $id: "https://github.test/openapi" });
  const validate = ajv.compile({ $ref: `https://github.test/openapi#/components/schemas/${schema}` });
  return (body) =>
    validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
