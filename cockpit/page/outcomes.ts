import { type HandlingWords, toWords } from "../../functions/web/edge/handling-words.ts";
import type { Outcome } from "../model.ts";

/** In the order in which they are stacked: what costs GitHub nothing is at the bottom. */
export const outcomes: readonly Outcome[] = [
  "HIT",
  "STALE",
  "COALESCED",
  "STALE_ON_ERROR",
  "REVALIDATED",
  "CHANGED",
  "MISS",
  "FAILED",
];

/** The explorer's word for an outcome, and the class of its colours (style/badge.css). */
export function toBadge(outcome: Outcome): HandlingWords {
  if (outcome === "FAILED")
    return { word: "No 200", key: "failed", sentence: "Another status than 200, or no response." };
  return toWords({ handling: outcome, reason: undefined, offline: false, status: 200 });
}
