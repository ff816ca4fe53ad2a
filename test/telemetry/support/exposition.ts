import type { Service } from "../../contract/support/service.ts";

/** The exposition's samples by series: name and labels as they stand there. */
export type Samples = Map<string, number>;

/** The current response of `/metrics`. */
export async function expose(service: Pick<Service, "get">, accept = "text/plain"): Promise<string> {
  return (await service.get("/metrics", { headers: { accept } })).text();
}

/** Every series with its value; exemplars are left out. */
export function toSamples(text: string): Samples {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [sample = ""] = line.split(" # ");
      const at = sample.lastIndexOf(" ");
      return [sample.slice(0, at), Number(sample.slice(at + 1))];
    }),
  );
}

/** Every series of the service's own: those of Node come and go with its sockets, timers and collections. */
export function seriesOf(text: string): string[] {
  return [...toSamples(text).keys()].filter((series) => !series.startsWith("nodejs_")).toSorted();
}

/** The increases between two expositions, by series; series without one are dropped. */
export function riseOf(before: Samples, after: Samples, name: string): Record<string, number> {
  const rises = [...after]
    .filter(([series]) => series === name || series.startsWith(`${name}{`))
    .map(([series, value]) => [series.slice(name.length), value - (before.get(series) ?? 0)] as const)
    .filter(([, rise]) => rise !== 0);
  return Object.fromEntries(rises);
}
