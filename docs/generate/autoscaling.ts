import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, type Parts, withParts } from "./markdown.ts";

export const autoscalingPath = "docs/autoscaling.md";

/** Only what a picture shows; everything else is the chart's setting. */
const fixed = "--metric=concurrency --target=100 --max=10";

/** The simulations of the page: their options, and their pictures in words. */
export const simulations = {
  chart: {
    options: "",
    text: "From zero over a few to many requests and back, with the chart's settings",
  },
  burst: {
    options: `${fixed} --load=5:20,300:20,5:140`,
    text: "A burst: pods are added in panic mode, and stay for a window after it",
  },
  utilization: {
    options: `${fixed} --utilization=35 --load=5:20,300:20,5:140`,
    text: "The same burst with half of the utilization: nearly twice the pods",
  },
  window: {
    options: `${fixed} --window=20s --load=5:20,300:20,5:140`,
    text: "The same burst with a window of 20 s: pods go sooner",
  },
  delay: {
    options: `${fixed} --scale-down-delay=60s --load=0-300:60,50:40,300:40,0:60`,
    text: "With a scale-down delay a pause does not remove pods",
  },
  path: {
    options: `${fixed} --tbc=200 --load=0:5,150:70,0:150`,
    text: "The activator is in the path until the pods have spare capacity for a burst of 200 requests",
  },
  zero: {
    options: `${fixed} --retention=90s --load=20:30,0:210`,
    text: "The last pod stays for the retention period",
  },
  rate: {
    options: "--metric=rps --target=100 --max=10 --load=0-600/s:90,600/s:40,0/s:80",
    text: "Pods by requests a second",
  },
  queue: {
    options: `${fixed} --container-concurrency=10 --load=0:5,5-80:60,80:40`,
    text: "A pod that takes ten requests at a time",
  },
  cpu: {
    options: "--class=hpa --metric=cpu --target=80 --min=2 --max=10 --capacity=500 --load=20:60,400:90,20:90",
    text: "Kubernetes' autoscaler by CPU: later, and never to zero",
  },
} as const;

export type Simulation = keyof typeof simulations;
export const names = Object.keys(simulations) as Simulation[];
export const picturePath = (name: Simulation): string => `docs/images/autoscale-${name}.svg`;

/** The command as the page has it. */
export const commandOf = (name: Simulation): string =>
  `npm run demo:autoscale -- --simulate ${simulations[name].options}`.trim();

/** Runs the command, and returns its picture and its summary. */
export function run(name: Simulation): { picture: string; summary: string } {
  const folder = mkdtempSync(join(tmpdir(), "autoscale-"));
  try {
    const [, options = ""] = commandOf(name).split(" -- ");
    const args = [at("bench/autoscale/run.mjs"), ...options.split(" "), "--speed=0", `--out=${join(folder, "out")}`];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${commandOf(name)}: ${stderr}`);
    const summary = stdout.trim().split("\n").at(-2) ?? "";
    return { picture: readFileSync(join(folder, "out.svg"), "utf8"), summary };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const toPart = (name: Simulation, summary: string): string =>
  [
    `\`\`\`sh\n${commandOf(name)}\n\`\`\``,
    `![${simulations[name].text}](images/autoscale-${name}.svg)`,
    `Result: ${summary}.`,
  ].join("\n\n");

/** The page with the results of its commands. */
export function renderAutoscaling(page: string, results: Readonly<Record<string, { summary: string }>>): string {
  const parts: Parts = Object.fromEntries(names.map((name) => [name, () => toPart(name, results[name]!.summary)]));
  return withParts(page, parts);
}
