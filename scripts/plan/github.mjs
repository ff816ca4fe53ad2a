import { sumOver } from "./popularity.mjs";
import { fromCold, inTheLongRun } from "./renewal.mjs";

const hour = 3600;

/**
 * Calls to GitHub in an hour, of `caches` that share nothing but the load.
 * @param {object} load
 * @param {import("./popularity.mjs").Group[]} load.groups of one cache
 * @param {number} load.once requests a second of one cache for resources that get no second one
 * @param {number} load.caches
 * @param {import("./renewal.mjs").Lifetimes} load.lifetimes
 * @param {number} load.room see `characteristicTime`
 * @param {number} load.unchanged share of revalidations that get a 304
 */
export function callsAnHour({ groups, once, caches, lifetimes, room, unchanged }) {
  const all = groups.map((group) => ({ ...group, ...inTheLongRun({ ...group, ...lifetimes, room }) }));
  const perHour = (valueOf) => caches * hour * sumOver(all, valueOf);
  const calls = perHour((one) => one.calls) + caches * hour * once;
  const notModified = perHour((one) => one.calls * one.known * unchanged);
  const rate = sumOver(all, (one) => one.rate) + once;
  const share = (name) => sumOver(all, (one) => one.rate * one[name]) / rate;
  // In the first hour everything is fetched once. Only the calls after that can be revalidations.
  const cold = groups.map((group) => ({ ...group, ...fromCold({ ...group, ...lifetimes, seconds: hour }) }));
  const first = caches * sumOver(cold, (one) => one.first) + caches * hour * once;
  const firstHour = first + caches * sumOver(cold, (one) => one.calls - one.first) * (1 - unchanged);
  return {
    calls,
    notModified,
    full: calls - notModified,
    fullInFirstHour: Math.max(firstHour, calls - notModified),
    hits: share("hits"),
    stale: share("stale"),
    waits: Math.max(1 - share("hits") - share("stale"), 0),
  };
}

/**
 * The tokens that the calls need, by each limit. A 304 costs no quota, but counts for the pace. The reserve is for
 * revalidations, so that first fetches need the quota without it.
 * @param {{ calls: number, full: number, fullInFirstHour: number }} calls an hour
 * @param {{ quota: number, reservePercent: number, pace: number }} token `pace`: calls a minute
 */
export function tokensFor({ calls, full, fullInFirstHour }, { quota, reservePercent, pace }) {
  const usable = quota * (1 - reservePercent / 100);
  const byQuota = Math.ceil(full / usable);
  const byPace = Math.ceil(calls / 60 / pace);
  return { byQuota, byPace, inFirstHour: Math.ceil(fullInFirstHour / usable), needed: Math.max(byQuota, byPace, 1) };
}
