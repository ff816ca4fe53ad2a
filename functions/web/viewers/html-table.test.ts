import { expect, test } from "vitest";
import { toHtmlTable } from "./html-table.ts";

// As pandas writes a data frame.
const frame = `<div><style scoped>.dataframe tbody tr th { vertical-align: top; }</style>
<table border="1" class="dataframe">
  <thead><tr style="text-align: right;"><th></th><th>name</th></tr></thead>
  <tbody><tr><th>0</th><td>a &lt;b&gt; &amp; <b>c</b></td></tr></tbody>
</table><p>1 row</p></div>`;

test("a data frame's cells are read as text", () => {
  expect(toHtmlTable(frame)?.map((row) => row.map(({ text, isHead }) => (isHead ? `# ${text}` : text)))).toEqual([
    ["# ", "# name"],
    ["# 0", "a <b> & c"],
  ]);
});

test.each(["", "<p>no table</p>", "<table>", "<table></table><td>", "<table"])("%j has none", (html) => {
  expect(toHtmlTable(html)).toBeUndefined();
});

test("a table of any length has a bound", () => {
  expect(toHtmlTable(`<table>${"<tr><td>x".repeat(10_000)}`)?.length).toBeLessThan(600);
});
