import { startupSnapshot } from "node:v8";

const { now } = Date;
const { bigint } = process.hrtime;
const { setTimeout } = globalThis;

/** Ends what this module begins where a startup snapshot is built: time stands still, so that the same source gives the same snapshot. */
export function unfreezeClock(): void {
  Date.now = now;
  process.hrtime.bigint = bigint;
  globalThis.setTimeout = setTimeout;
}

if (startupSnapshot.isBuildingSnapshot()) {
  Date.now = () => 0;
  process.hrtime.bigint = () => 0n;
  // The time of the next timer is in the snapshot, also where that timer was cleared: a start that takes longer would
  // wait for it before it sets its own, and for ever, since it never comes.
  globalThis.setTimeout = (() => 0) as never;
}
