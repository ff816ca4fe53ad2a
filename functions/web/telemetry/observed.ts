import type { Receipt } from "../edge/receipt.ts";

/** A response as real user monitoring reports it. */
export interface Observed extends Pick<Receipt, "status" | "handling" | "duration" | "age" | "trace"> {
  view: string;
}

let sink: ((observed: Observed) => void) | undefined;
let waiting: Observed[] | undefined;

/** Buffers responses for a monitor that is not loaded yet: only if one is configured. */
export function expectMonitor(): void {
  waiting = [];
}

/** Passes responses to the monitor, buffered ones first. */
export function connectMonitor(report: (observed: Observed) => void): void {
  sink = report;
  for (const observed of waiting ?? []) report(observed);
  waiting = undefined;
}

/** Called with each response; without a configured monitor it does nothing. */
export function observe(observed: Observed): void {
  if (sink) sink(observed);
  else if (waiting && waiting.length < 20) waiting.push(observed);
}
