/** Files of gists that are worth looking at: for the pictures of docs/, and for tests of the explorer's viewers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/built.mjs";

const chart = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 240" width="640" height="240" font-family="sans-serif" font-size="12">
  <rect width="640" height="240" fill="#ffffff"/>
  <g stroke="#e4e6e8">${[40, 80, 120, 160].map((y) => `<path d="M48 ${y}H620"/>`).join("")}</g>
  <path d="M48 200H620" stroke="#59626b"/>
  <g fill="#59626b" text-anchor="end"><text x="42" y="44">100 %</text><text x="42" y="124">50 %</text><text x="42" y="204">0 %</text></g>
  <path d="M48 196 105 142 162 96 219 70 276 58 333 52 390 50 447 48 504 47 561 46 618 46" fill="none" stroke="#0b5f5b" stroke-width="3"/>
  <path d="M48 198 105 196 162 192 219 190 276 189 333 188 390 188 447 187 504 187 561 187 618 187" fill="none" stroke="#b4481c" stroke-width="3" stroke-dasharray="6 4"/>
  <g font-weight="600"><text x="470" y="38" fill="#0b5f5b">hit rate</text><text x="470" y="178" fill="#b4481c">calls to GitHub</text></g>
  <g fill="#59626b" text-anchor="middle"><text x="48" y="222">0 s</text><text x="333" y="222">30 s</text><text x="618" y="222">60 s</text></g>
</svg>
`;

const readme = `# Stale while revalidate

A response that is a little too old is often good enough. [RFC 5861](https://www.rfc-editor.org/rfc/rfc5861) lets a cache send it **at once**, and refresh it *behind* the response.

> [!TIP]
> Point any client of GitHub's API at the edge, and read \`Cache-Status\`.

## What a client sees

| Age of the entry | Response | \`Cache-Status\` | Calls to GitHub |
| ---------------- | -------- | -------------- | --------------: |
| 0 to 60 s        | at once  | \`hit\`          |               0 |
| 60 s to 5 min    | at once  | \`hit; detail=stale\` |          1 |
| older            | waits    | \`fwd=stale\`    |               1 |

\`\`\`ts
const response = await fetch("https://gists.example/octocat?per_page=5");
console.log(response.headers.get("cache-status")); // EdgeGists; hit; ttl=42
\`\`\`

- [x] Fresh entries cost no call
- [x] Stale entries cost one call, whoever waits
- [ ] ~~Ask GitHub each time~~

![Hit rate after a cold start](chart.svg)

The numbers are in [measured.csv](measured.csv), the analysis is in [analysis.ipynb](analysis.ipynb).
`;

const runtimes = ["node", "worker"];
const measured = [
  "runtime,second,requests,hits,calls,p99 ms,note",
  ...Array.from({ length: 60 }, (_, n) => {
    const second = Math.floor(n / 2);
    const requests = 900 + ((n * 97) % 211);
    const calls = Math.max(1, Math.round(160 / (second + 1)));
    const note = second === 0 ? '"cold, ""empty"" cache"' : second === 12 ? '"one replica, restarted"' : "";
    return [
      runtimes[n % 2],
      second,
      requests,
      requests - calls,
      calls,
      (1.9 + 40 / (second + 2)).toFixed(1),
      note,
    ].join(",");
  }),
  "",
].join("\n");

const frame = `<div><style scoped>.dataframe tbody tr th { vertical-align: top; }</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>requests</th><th>hits</th><th>calls</th></tr></thead>
<tbody><tr><th>node</th><td>29,871</td><td>29,412</td><td>459</td></tr><tr><th>worker</th><td>30,104</td><td>29,645</td><td>459</td></tr></tbody></table></div>`;

const cell = (cell_type: string, source: string[], more: object = {}) => ({ cell_type, metadata: {}, source, ...more });
const code = (execution_count: number, source: string[], ...outputs: object[]) =>
  cell("code", source, { execution_count, outputs });
const notebook = {
  cells: [
    cell("markdown", [
      "# How fast does the cache warm up?\n",
      "\n",
      "One minute of load on a *cold* cache. The share of hits rises to 98 %.",
    ]),
    code(
      1,
      [
        "import pandas as pd\n",
        "\n",
        'runs = pd.read_csv("measured.csv")\n',
        'runs.groupby("runtime")[["requests", "hits", "calls"]].sum()',
      ],
      {
        output_type: "execute_result",
        execution_count: 1,
        metadata: {},
        data: { "text/html": frame, "text/plain": "…" },
      },
    ),
    code(
      2,
      [
        'print("hit rate:", f"{runs.hits.sum() / runs.requests.sum():.1%}")\n',
        'runs.plot(x="second", y=["hits", "calls"])',
      ],
      { output_type: "stream", name: "stdout", text: ["hit rate: 98.5%\n"] },
      {
        output_type: "display_data",
        metadata: {},
        data: { "image/svg+xml": chart, "text/plain": "<Figure size 640x240>" },
      },
    ),
    code(3, ["runs.latency"], {
      output_type: "error",
      ename: "AttributeError",
      evalue: "'DataFrame' object has no attribute 'latency'",
      traceback: [
        "\u001b[0;31m---------------------------------------------------------------\u001b[0m",
        "\u001b[0;31mAttributeError\u001b[0m                Traceback (most recent call last)",
        "Cell \u001b[0;32mIn[3], line 1\u001b[0m\n\u001b[0;32m----> 1\u001b[0m \u001b[43mruns\u001b[49m\u001b[38;5;241m.\u001b[39mlatency\n",
        "\u001b[0;31mAttributeError\u001b[0m: 'DataFrame' object has no attribute 'latency'",
      ],
    }),
  ],
  metadata: { kernelspec: { name: "python3", language: "python" }, language_info: { name: "python" } },
  nbformat: 4,
  nbformat_minor: 5,
};

/** A gist with a file for each viewer. */
export const viewed = {
  "README.md": readme,
  "analysis.ipynb": `${JSON.stringify(notebook, null, 1)}\n`,
  "measured.csv": measured,
  "chart.svg": chart,
  "page.png": { base64: readFileSync(join(root, "docs/images/gist-dark-narrow.png")).toString("base64") },
};
