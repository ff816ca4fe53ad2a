import { read, type Parts, table, withParts } from "./markdown.ts";

export const benchmarksPath = "docs/benchmarks.md";

interface Machine {
  processor?: string;
  cpu?: string;
  cores: number;
  busy?: boolean;
}

interface Throughput {
  name: string;
  /** Bytes. */
  body: number;
  perSecond: number;
  toBare: number;
  /** Throughput of edge-gists divided by this one's. */
  oursToIt?: number;
}

interface Latency {
  name: string;
  body: number;
  /** Of the server's own saturation. */
  share: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  p99ToBare: number;
}

interface Speed {
  machine: Machine;
  versions: Record<string, string>;
  measured: Record<string, string>;
  results: {
    throughput: Throughput[];
    latency: Latency[];
    cold?: { name: string; ms: number; toBare: number }[];
    memory?: { name: string; megabytes: number; toBare?: number }[];
    worker?: {
      healthKilobytes: number;
      routerKilobytes: number;
      toTrivial: number;
      readToTrivial: number;
      gistsToTrivial: number;
    };
    notModified?: { requestsPerSecondToFull: number; bytes: number; bytesOfFull: number };
  };
}

interface Telemetry {
  machine: Machine;
  results: {
    name: string;
    requestsPerSecond: number;
    throughputRatio: number;
    cpuMicrosecondsPerRequest: number;
    cpuRatio: number;
  }[];
}

interface Zipf {
  results: {
    requests: number;
    users: number;
    minutes: number;
    upstreamCalls: number;
    leastCalls: number;
    freeCalls304: number;
  };
}

interface Soak {
  overhead: { size: number; liveOverhead: number; countedOverhead: number }[];
  runs: {
    bounds: { CACHE_MAX_ENTRIES: string; CACHE_MAX_BYTES: string };
    keys: number;
    summary: {
      requests: number;
      zipfHitRatePercent: number;
      upstreamCalls: number;
      leastCalls: number;
      freeCalls304: number;
      residentMB: { largest: number };
      residentGrowth: number;
    };
  }[];
}

interface Web {
  pages: Record<string, { cold: Load; warm: Load }>;
}

interface Load {
  /** Milliseconds. */
  ready: number;
  requests: number;
  bytes: number;
}

const results = <T>(name: string): T => JSON.parse(read(`bench/results/${name}.json`)) as T;
const speed = () => results<Speed>("speed");

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const count = (value: number): string => value.toLocaleString("en");
const times = (ratio: number): string => `${ratio} ×`;
const milliseconds = (ms: number): string => `${ms} ms`;
const processorOf = ({ processor, cpu, cores }: Machine): string => `${processor ?? cpu}, ${cores} cores`;
const machineOf = ({ machine, versions }: Speed): string => `${processorOf(machine)}, Node ${versions["node"]}`;

function throughput(): string {
  const all = speed();
  return table(
    ["Scenario", "Size", "Requests a second", "Relative to node:http", "Machine"],
    all.results.throughput.map(({ name, body, perSecond, toBare }) => [
      name,
      kilobytes(body),
      count(perSecond),
      times(toBare),
      processorOf(all.machine),
    ]),
  );
}

/** Least throughput of edge-gists relative to FastAPI that the project aims at. */
const goal = 50;

function peers(): string {
  const compared = speed().results.throughput.filter(({ oursToIt }) => oursToIt !== undefined);
  return table(
    ["Peer", "Size", "edge-gists relative to it", "node:http relative to it", `Goal of ${goal} × met`],
    compared.map(({ name, body, toBare, oursToIt }) => [
      name,
      kilobytes(body),
      times(oursToIt!),
      // The ratio is rounded to two digits, and so is its inverse.
      `about ${Math.round(1 / toBare)} ×`,
      oursToIt! >= goal ? "yes" : "no",
    ]),
  );
}

function latency(): string {
  const measured = speed().results.latency.filter(({ share }) => share === 0.7);
  return table(
    ["Scenario", "Size", "Requests a second", "p50", "p99", "p99 relative to node:http"],
    measured.map(({ name, body, perSecond, p50, p99, p99ToBare }) => [
      name,
      kilobytes(body),
      count(perSecond),
      milliseconds(p50),
      milliseconds(p99),
      times(p99ToBare),
    ]),
  );
}

function start(): string {
  const { cold = [], memory = [] } = speed().results;
  return table(
    ["Scenario", "Measured", "Relative to node:http"],
    [
      ...cold.map(({ name, ms, toBare }) => [name.replace("answer", "response"), milliseconds(ms), times(toBare)]),
      ...memory.map(({ name, megabytes, toBare = 1 }) => [
        `${name}, resident memory`,
        `${megabytes} MB`,
        times(toBare),
      ]),
    ],
  );
}

function worker(): string {
  const measured = speed().results.worker;
  if (!measured) return "Not measured.";
  const { healthKilobytes, routerKilobytes, toTrivial, readToTrivial, gistsToTrivial } = measured;
  return table(
    ["Scenario", "Measured"],
    [
      ["Code that `/health` and hits need, compressed by gzip", `${healthKilobytes} kB`],
      ["Code that each isolate loads by its first miss", `${routerKilobytes} kB`],
      ["First `/health`, relative to a Worker of one line", times(toTrivial)],
      ["The same, if the code of the bundle is read but not run", times(readToTrivial)],
      ["First uncached list of gists, relative to a Worker of one line", times(gistsToTrivial)],
    ],
  );
}

function revalidation(): string {
  const measured = speed().results.notModified;
  if (!measured) return "Not measured.";
  const { requestsPerSecondToFull, bytes, bytesOfFull } = measured;
  return `A client that revalidates a hit gets a 304 of ${count(bytes)} bytes instead of a response of ${count(bytesOfFull)} bytes. The server sends ${requestsPerSecondToFull} times as many of them in a second.`;
}

function telemetry(): string {
  const all = results<Telemetry>("telemetry");
  return table(
    ["Scenario", "Requests a second", "Relative", "CPU time a request", "Relative", "Machine"],
    all.results.map(({ name, requestsPerSecond, throughputRatio, cpuMicrosecondsPerRequest, cpuRatio }) => [
      name,
      count(requestsPerSecond),
      times(throughputRatio),
      `${cpuMicrosecondsPerRequest} µs`,
      times(cpuRatio),
      processorOf(all.machine),
    ]),
  );
}

function calls(): string {
  const { results: zipf } = results<Zipf>("zipf");
  const mebibytes = (bytes: string) => Number(bytes) / 1024 ** 2;
  return table(
    ["Workload", "Requests", "Calls to GitHub", "Minimum", "Free 304s among them"],
    [
      [
        `${count(zipf.users)} users in ${zipf.minutes} minutes, Zipf, room for all`,
        count(zipf.requests),
        count(zipf.upstreamCalls),
        count(zipf.leastCalls),
        count(zipf.freeCalls304),
      ],
      ...results<Soak>("soak").runs.map(({ bounds, keys, summary }) => [
        `${count(keys)} resources, half crawl, half Zipf, ${count(Number(bounds.CACHE_MAX_ENTRIES))} entries and ${mebibytes(bounds.CACHE_MAX_BYTES)} MiB`,
        count(summary.requests),
        count(summary.upstreamCalls),
        count(summary.leastCalls),
        count(summary.freeCalls304),
      ]),
    ],
  );
}

function memory(): string {
  const { runs, overhead } = results<Soak>("soak");
  const rows = runs.map(({ bounds, summary }) => [
    `${count(Number(bounds.CACHE_MAX_ENTRIES))} entries, ${Number(bounds.CACHE_MAX_BYTES) / 1024 ** 2} MiB`,
    `${summary.residentMB.largest} MB`,
    `${((summary.residentGrowth - 1) * 100).toFixed(1)} %`,
    `${summary.zipfHitRatePercent} %`,
  ]);
  const live = overhead.map(({ liveOverhead }) => liveOverhead);
  return [
    table(["Limits", "Largest resident memory", "Growth from the middle to the last third", "Hits, Zipf half"], rows),
    "",
    `An entry costs ${Math.min(...live)} to ${Math.max(...live)} bytes of live memory in addition to its body, for bodies of ${overhead[0]!.size} to ${count(overhead.at(-1)!.size)} bytes. \`CACHE_MAX_BYTES\` counts more than that: ${count(Math.min(...overhead.map(({ countedOverhead }) => countedOverhead)))} bytes or more, key included.`,
  ].join("\n");
}

function web(): string {
  const titles: Record<string, string> = { front: "Front page", list: "List of gists", gist: "A gist" };
  return table(
    ["Page", "Ready, first visit", "Transferred, first visit", "Ready, second visit", "Transferred, second visit"],
    Object.entries(results<Web>("web").pages).map(([name, { cold, warm }]) => [
      titles[name] ?? name,
      milliseconds(cold.ready),
      kilobytes(cold.bytes),
      milliseconds(warm.ready),
      kilobytes(warm.bytes),
    ]),
  );
}

function machine(): string {
  const all = speed();
  const days = [...new Set(Object.values(all.measured))].toSorted().join(" and ");
  const busy = all.machine.busy ? " The machine was busy: the figures are not final." : "";
  return `Machine: ${machineOf(all)}. Day: ${days}. Version: ${all.versions["edge-gists"]}.${busy}`;
}

const parts: Parts = {
  machine,
  throughput,
  peers,
  latency,
  start,
  worker,
  revalidation,
  telemetry,
  calls,
  memory,
  web,
};

/** docs/benchmarks.md with its generated parts replaced. */
export const renderBenchmarks = (page: string): string => withParts(page, parts);

/** The three figures of README.md. */
export function renderFigures(): string {
  const all = speed();
  const hitOf = (what: string) =>
    all.results.throughput.find(({ name }) => name.startsWith(`edge-gists, hits ${what}`))!;
  const [logged, hit] = [hitOf("logged"), hitOf("not logged")];
  const cold = all.results.cold?.find(({ name }) => name.includes("/health"));
  const { results: zipf } = results<Zipf>("zipf");
  const figures = table(
    ["Figure", "Measured"],
    [
      [
        `Cache hits of ${kilobytes(hit.body)} on one core`,
        `${count(logged.perSecond)} a second with log lines, ${count(hit.perSecond)} without: ${logged.toBare} and ${hit.toBare} of bare \`node:http\``,
      ],
      [
        "Cold start of the container's process, up to the first response",
        cold ? milliseconds(cold.ms) : "not measured",
      ],
      [
        `Calls to GitHub for ${count(zipf.requests)} requests over ${count(zipf.users)} users in ${zipf.minutes} minutes`,
        `${count(zipf.upstreamCalls)}, the minimum possible is ${count(zipf.leastCalls)}`,
      ],
    ],
  );
  return `${figures}\n\nMeasured on ${machineOf(all)}.`;
}
