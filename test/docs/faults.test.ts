import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { renderFaults } from "../../docs/generate/faults.ts";
import { faultTable } from "../../docs/generate/fault-table.ts";

test("docs/faults.md is what the tested table says (npm run docs faults)", async () => {
  const committed = await readFile(new URL("../../docs/faults.md", import.meta.url), "utf8");
  expect(committed).toBe(renderFaults());
});

test("the table has each fault once", () => {
  const names = faultTable.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(22);
});
