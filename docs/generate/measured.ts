import { existsSync, readFileSync } from "node:fs";

/** What stands before and behind the generated part of README.md. */
const [begin, end] = ["<!-- measured: npm run docs:measured -->", "<!-- /measured -->"];

interface Row {
  name: string;
  body?: number;
  toBare?: number;
  oursToIt?: number;
  perSecond?: number;
  share?: number;
  p99?: number;
  p99ToBare?: number;
  ms?: number;
  megabytes?: number;
}

function read(name: string): any {
  const file = new URL(`../../bench/results/${name}.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

const kilobytes = (bytes = 0): string => `${(bytes / 1000).toFixed(1)} kB`;

/** The figures of bench/results as Markdown. */
function render(): string {
  const speed = read("speed");
  const zipf = read("zipf")?.results;
  const { results, machine, versions } = speed;
  const rows: string[][] = [
    ...results.throughput
      .filter(({ name }: Row) => name !== "bare node:http")
      .map(({ name, body, toBare, oursToIt }: Row) => [
        `${name}, ${kilobytes(body)}, requests a second`,
        // What no server on Node can pass is bare node:http.
        `${toBare} of bare${oursToIt === undefined ? "" : `; edge-gists ${oursToIt} times that, bare ${Math.round(1 / toBare!)}`}`,
      ]),
    ...results.latency
      .filter(({ share }: Row) => share === 0.7)
      .map(({ name, body, p99, p99ToBare }: Row) => [
        `${name}, ${kilobytes(body)}, p99 at 70 % of its saturation`,
        `${p99} ms, ${p99ToBare} of bare`,
      ]),
    ...(results.cold ?? []).map(({ name, ms, toBare }: Row) => [name, `${ms} ms, ${toBare} of bare`]),
    ...(results.memory ?? []).map(({ name, megabytes }: Row) => [name, `${megabytes} MB`]),
  ];
  const { notModified, worker } = results;
  if (worker) {
    rows.push(
      ["Worker, compressed (gzip)", `${worker.gzipKilobytes} kB`],
      [
        "Worker in workerd, first /health",
        `${worker.toTrivial} of a Worker of one line; ${worker.readToTrivial} where its code is read and never run`,
      ],
      ["Worker in workerd, first uncached gists", `${worker.gistsToTrivial} of a Worker of one line`],
    );
  }
  if (notModified) {
    rows.push([
      "304 beside 200 on a hit, requests a second",
      `${notModified.requestsPerSecondToFull}; ${notModified.bytes} bytes for ${notModified.bytesOfFull}`,
    ]);
  }
  if (zipf) {
    rows.push([
      `Calls to GitHub, ${zipf.requests} requests over ${zipf.users} users in ${zipf.minutes} minutes (Zipf)`,
      `${zipf.upstreamCalls}; least possible ${zipf.leastCalls}`,
    ]);
  }
  const busy = machine.busy ? " The machine was busy: these figures are not final." : "";
  return [
    `From [speed.json](bench/results/speed.json) and its neighbours, which have the method; ${machine.processor}, ${machine.cores} cores, Node ${versions.node}; ratios are to bare \`node:http\` in the same rounds.${busy} ![p99 against load](bench/results/latency.svg)`,
    "",
    "| What | Measured |",
    "| --- | --- |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n");
}

/** README.md with its measured part made anew. @throws Error where it has no place for it */
export function withMeasured(readme: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to < from) throw new Error("README.md has no place for what was measured");
  return `${readme.slice(0, from + begin.length)}\n\n${render()}\n\n${readme.slice(to)}`;
}
