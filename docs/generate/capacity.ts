import { execFileSync } from "node:child_process";
import { at, type Parts, read, table, withParts } from "./markdown.ts";

export const capacityPath = "docs/capacity.md";

interface Simulated {
  name: string;
  title: string;
  options: {
    pods: number;
    users: number;
    requestsPerUserHour: number;
    keys: number;
    seconds: number;
    ramp: number;
    tokens: number;
    env: Record<string, string>;
  };
  requests: number;
  calls: number;
  least: number;
  overLeast: number;
  failed: number;
  lost: number;
  mostAtOnce: number;
  statuses: Record<"200" | "304" | "403", number>;
  afterLimit?: { within100ms: number; later: number };
  /** By the share of requests that waited no longer. */
  waitMs: { p50: number; p99: number; p999: number };
  cpuSeconds: number;
  residentMB: number;
  fleet: { started: number; stopped: number; crashed: number };
}

interface Fleet {
  date: string;
  machine: { cpu: string; cores: number };
  results: Simulated[];
}

const count = (value: number): string => value.toLocaleString("en");

function simulation(): string {
  const { date, machine, results } = JSON.parse(read("bench/results/fleet.json")) as Fleet;
  const of = (name: string) => results.find((result) => result.name === name)!;
  const { options } = of("steady");
  const { fleet, lost } = of("churn");
  const late = (name: string) => of(name).afterLimit!.later;
  const seconds = results.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const memory = Math.max(...results.map(({ residentMB }) => residentMB));
  return [
    `${count(options.pods)} pods, ${count(options.users)} users with ${options.requestsPerUserHour === 1 ? "one request" : `${options.requestsPerUserHour} requests`} an hour each, ${count(options.keys)} resources (Zipf, exponent 1), ${options.tokens} tokens, ${options.env["CACHE_MAX_ENTRIES"]} entries in the memory of a pod. The users come within ${options.ramp} s, unless all are there at once.`,
    "",
    table(
      [
        "Fleet",
        "Simulated time",
        "Requests",
        "Calls to GitHub",
        "Minimum",
        "Calls / minimum",
        "Most at once",
        "Failed",
      ],
      results.map(({ title, options: { seconds: time }, requests, calls, least, overLeast, mostAtOnce, failed }) => [
        title,
        `${time} s`,
        count(requests),
        count(calls),
        count(least),
        overLeast.toFixed(4),
        count(mostAtOnce),
        count(failed),
      ]),
    ),
    "",
    `- ${count(fleet.stopped)} pods stopped in order, and ${count(fleet.crashed)} crashed. Requests lost with them: ${count(lost)}.`,
    `- Calls with the limited token that GitHub refused: ${count(of("limit").statuses[403])}, of which ${late("limit")} began more than 100 ms after GitHub had told one pod. Without shared limits: ${count(of("limitAlone").statuses[403])} and ${count(late("limitAlone"))}.`,
    `- From an empty cache with all users at once, requests wait for their turn at GitHub: 99.9 % waited ${count(of("cold").waitMs.p999)} ms or less, and ${count(of("cold").failed)} failed. Of the pods that stay, it was ${count(of("steady").waitMs.p999)} ms.`,
    "",
    `Day: ${date}. Machine: ${machine.cpu}, ${machine.cores} cores. The simulations took ${count(Math.ceil(seconds / 60))} minutes of CPU time in two processes of at most ${count(memory)} MB.`,
  ].join("\n");
}

/** The output of `npm run plan` with these options, as a block of code with the command. */
function plan(...args: string[]): string {
  const output = execFileSync(process.execPath, ["--no-warnings", at("scripts/plan.mjs"), ...args], {
    encoding: "utf8",
  });
  return `\`\`\`text\nnpm run plan -- ${args.join(" ")}\n\n${output.trimEnd()}\n\`\`\``;
}

const parts: Parts = {
  example: () => plan("--users=2000000", "--per-user=5", "--resources=50000", "--tokens=40", "--sent=1500"),
  worker: () => plan("--users=100000", "--per-user=5", "--resources=20000", "--runtime=worker"),
  simulation,
};

/** docs/capacity.md with its generated parts replaced. */
export const renderCapacity = (page: string): string => withParts(page, parts);
