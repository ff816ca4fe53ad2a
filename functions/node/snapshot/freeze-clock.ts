import { startupSnapshot } from "node:v8";

const { now } = Date;
const { bigint } = process.hrtime;
const { setTimeout } = globalThis;

/**
 * Ends this module's effect. Time stands still while a startup snapshot is built, so that the same source gives the
 * same snapshot.
 */
export function unfreezeClock(): void {
  Date.now = now;
  process.hrtime.bigint = bigint;
  globalThis.setTimeout = setTimeout;
}

if (startupSnapshot.isBuildingSnapshot()) {
  Date.now = () => 0;
  process.hrtime.bigint = () => 0n;
  // The time of the next timer is in the snapshot, even if that timer was cleared. A start that took longer would wait
  // for it before it sets its own: for ever, since it never fires.
  globalThis.setTimeout = (() => 0) as never;
}
