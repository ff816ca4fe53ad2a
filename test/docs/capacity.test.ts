import { expect, test } from "vitest";
import { capacityPath, renderCapacity } from "../../docs/generate/capacity.ts";
import { read } from "../../docs/generate/markdown.ts";

test("docs/capacity.md has the output of npm run plan and the figures of bench/results (npm run docs measured)", () => {
  const page = read(capacityPath);
  expect(page).toBe(renderCapacity(page));
});

interface Prices {
  date: string;
  sources: string[];
  paid: Record<string, { included: number; price: number }>;
}

test("docs/worker.md has the prices that npm run plan uses", () => {
  const { date, sources, paid } = JSON.parse(read("scripts/plan/cloudflare-prices.json")) as Prices;
  const page = read("docs/worker.md");
  const price = (name: string) => paid[name]!.price.toFixed(2);
  const cellsOf = (row: string) =>
    (new RegExp(`^\\| ${row} .*$`, "m").exec(page)?.[0] ?? "").split("|").map((cell) => cell.trim());
  const month = new Date(`${date}-01`).toLocaleString("en", { month: "long", year: "numeric", timeZone: "UTC" });
  expect(page).toContain(`public price lists as of ${month}`);
  for (const source of sources) expect(page).toContain(source);
  expect(cellsOf("Hits from memory")[2]).toBe(price("requests"));
  expect(cellsOf("Hits from KV")[6]).toBe(price("kvReads"));
  expect(cellsOf("Misses that get the entry from the object")[4]).toBe(price("objectRequests"));
  const called = cellsOf("Misses and revalidations that call GitHub").join(" ");
  expect(called).toContain(`${price("rowsWritten")} for a row written`);
  expect(called).toContain(`${price("kvWrites")} for the write`);
  expect(page).toContain(`CPU time is ${price("cpuMs")} for a million milliseconds`);
  expect(page).toContain(`${price("objectGBs")} for a million GB-seconds`);
  expect(page).toContain(
    `A stored GB costs ${price("objectStoredGB")} a month for objects and ${price("kvStoredGB")} for KV`,
  );
  const millions = (name: string) => `${paid[name]!.included / 1e6} million`;
  expect(page).toContain(
    `${millions("requests")} requests to the Worker, ${millions("objectRequests")} to objects, ${paid["objectGBs"]!.included.toLocaleString("en")} GB-seconds, ` +
      `${millions("rowsWritten")} rows written, ${millions("kvReads")} reads and ${millions("kvWrites")} writes of KV`,
  );
});
