import type { Receipt } from "../edge/receipt.ts";

/** An answer as real user monitoring reports it. */
export interface Observed extends Pick<Receipt, "status" | "handling" | "duration" | "age" | "trace"> {
  view: string;
}

let sink: ((observed: Observed) => void) | undefined;
let waiting: Observed[] | undefined;

/** Keeps answers for a monitor that is still on its way: only where one is configured. */
export function expectMonitor(): void {
  waiting = [];
}

/** Gives answers to the monitor, those that came before it first. */
export function connectMonitor(report: (observed: Observed) => void): void {
  sink = report;
  for (const observed of waiting ?? []) report(observed);
  waiting = undefined;
}

/** Called with each answer; without a configured monitor it does nothing. */
export function observe(observed: Observed): void {
  if (sink) sink(observed);
  else if (waiting && waiting.length < 20) waiting.push(observed);
}
