import type { Metrics } from "../telemetry/metrics.ts";
import type { Budget } from "./budget.ts";

/** Sets the gauges of each token's quota, and of the fleet; a token is named by its place in the settings only. */
export async function exposeBudget(budget: Budget, metrics: Metrics): Promise<void> {
  const fleet = await budget.refresh();
  if (fleet) {
    metrics.set("github_fleet_alone", {}, Number(!fleet.isShared));
    metrics.set("github_fleet_calls", {}, fleet.running);
    metrics.set("github_fleet_calls_limit", {}, fleet.concurrency);
  }
  for (const { index, quota, valid } of budget.accounts()) {
    const token = index < 0 ? "anonymous" : String(index);
    metrics.set("github_rate_limit_limit", { token }, quota.limit);
    metrics.set("github_rate_limit_remaining", { token }, quota.remaining);
    metrics.set("github_rate_limit_reset_timestamp_seconds", { token }, quota.reset);
    metrics.set("github_token_valid", { token }, valid ? 1 : 0);
  }
}
