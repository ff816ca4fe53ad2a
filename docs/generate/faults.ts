import { faultTable, settings } from "./fault-table.ts";
import type { Outcome, State } from "./fault-outcomes.ts";

const titles: Record<State, [title: string, text: string]> = {
  cold: [
    "Nothing is known of the resource",
    "There is nothing to bridge a failure with: the client sees it. Only what GitHub says of the resource itself (403, 404, 410, 422, 451) is kept.",
  ],
  fresh: ["The entry is fresh", "GitHub is not asked, so that its state does not matter."],
  behind: [
    "The entry is stale, within `CACHE_STALE_WHILE_REVALIDATE_SECONDS`",
    "The client is answered at once and GitHub is asked behind the answer. A failure shows nowhere; a 404 shows from the next request on.",
  ],
  stale: [
    "The entry is stale, past that window",
    "GitHub is asked first. Where it fails, the stale entry bridges it for `CACHE_STALE_IF_ERROR_SECONDS`; what GitHub says of the resource itself (403, 404, 410, 422, 451) replaces the entry.",
  ],
};

const columns = [
  "GitHub",
  "Status",
  "Cache-Status: EdgeGists; …",
  "Cache-Control",
  "Age",
  "Retry-After",
  "Calls",
  "Afterwards",
];

function toCells(name: string, outcome: Outcome): string[] {
  const { status, cacheStatus, cacheControl, age, retryAfter, calls, after } = outcome;
  return [
    name,
    String(status),
    cacheStatus === null ? "-" : `\`${cacheStatus}\``,
    `\`${cacheControl}\``,
    age === null ? "-" : `\`${age}\``,
    retryAfter === undefined ? "-" : `${retryAfter[0]} to ${retryAfter[1]}`,
    String(calls),
    after === undefined ? "-" : String(after),
  ];
}

/** A Markdown table with its columns aligned, as the formatter wants it. */
function toTable(rows: string[][]): string {
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]!.length), 3));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  const [head, ...body] = rows;
  return [line(head!), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

function toSection(state: State): string {
  const [title, text] = titles[state];
  const rows = faultTable.map((row) => toCells(row.name, row.outcomes[state]));
  return `## ${title}\n\n${text}\n\n${toTable([columns, ...rows])}\n`;
}

/** docs/faults.md, whole. */
export function renderFaults(): string {
  const shown = Object.entries(settings).map(([name, value]) => `\`${name}=${value}\``);
  return `# What clients see while GitHub fails

Made by \`npm run docs:faults\` from docs/generate/fault-table.ts, which is run against the built server on Node and
the built Worker on workerd: each line below is a test on both. Settings: ${shown.join(", ")}.

- Status, Cache-Status (RFC 9211), Cache-Control, Age and Retry-After (in seconds) are those of the one request that meets the fault.
  \`ttl>0\` and \`ttl<=0\` stand for a number of seconds, as does \`max-age>0\`.
  \`max-age\` is the whole lifetime: where \`Age\` has reached it, no cache takes the answer for fresh (RFC 9111 section 4.2).
- Calls: requests to GitHub that this one causes, before or behind its answer. Retries (\`UPSTREAM_RETRIES\`) are off here.
- Afterwards: the status of the same request once the fault is over; \`-\` where it depends on the time that has passed.
- Every 200 has GitHub's own bytes; every other status has GitHub's error shape.

${(Object.keys(titles) as State[]).map(toSection).join("\n")}`;
}
