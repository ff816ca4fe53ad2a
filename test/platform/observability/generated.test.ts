import { expect, test } from "vitest";
import { generatedFiles } from "../../../scripts/observability.mjs";
import { read } from "../support/files.ts";

for (const { path, text } of generatedFiles())
  test(`${path} is what its source makes`, () => {
    expect(read(path), "run npm run dashboards").toBe(text);
  });
