import type { Metrics } from "../telemetry/metrics.ts";
import type { Budget } from "./budget.ts";

const gauges = [
  "github_rate_limit_limit",
  "github_rate_limit_remaining",
  "github_rate_limit_reset_timestamp_seconds",
  "github_token_valid",
] as const;

/** The tokens whose gauges are set. */
const exposed = new WeakMap<Metrics, string[]>();

const toLabel = (index: number): string => (index < 0 ? "anonymous" : String(index));

/** Sets the gauges of each token's quota, and of the fleet; a token is named by its place in the settings only. */
export async function exposeBudget(budget: Budget, metrics: Metrics): Promise<void> {
  const fleet = await budget.refresh();
  if (fleet) {
    metrics.set("github_fleet_alone", {}, Number(!fleet.isShared));
    metrics.set("github_fleet_calls", {}, fleet.running);
    metrics.set("github_fleet_calls_limit", {}, fleet.concurrency);
  }
  const accounts = budget.accounts().map((account) => ({ ...account, token: toLabel(account.index) }));
  // Of tokens that were removed.
  for (const token of exposed.get(metrics) ?? [])
    if (!accounts.some((account) => account.token === token))
      for (const name of gauges) metrics.remove(name, { token });
  exposed.set(
    metrics,
    accounts.map(({ token }) => token),
  );
  for (const { token, quota, valid } of accounts) {
    metrics.set("github_rate_limit_limit", { token }, quota.limit);
    metrics.set("github_rate_limit_remaining", { token }, quota.remaining);
    metrics.set("github_rate_limit_reset_timestamp_seconds", { token }, quota.reset);
    metrics.set("github_token_valid", { token }, valid ? 1 : 0);
  }
}
