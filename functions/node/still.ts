import { startupSnapshot } from "node:v8";

const { now } = Date;
const { bigint } = process.hrtime;

/** Ends what this module begins where a startup snapshot is built: time stands still, so that the same source gives the same snapshot. */
export function goOn(): void {
  Date.now = now;
  process.hrtime.bigint = bigint;
}

if (startupSnapshot.isBuildingSnapshot()) {
  Date.now = () => 0;
  process.hrtime.bigint = () => 0n;
}
