import type { Handling } from "../../core/model.ts";
import type { Receipt } from "./receipt.ts";

/** The text for one cache outcome: a word for the badge and a sentence. */
export interface HandlingWords {
  /** Also the name of its colours in style/badge.css. */
  key: string;
  word: string;
  sentence: string;
}

const words: Record<Handling, HandlingWords> = {
  HIT: { key: "hit", word: "Hit", sentence: "Fresh in the cache. GitHub was not called." },
  STALE: {
    key: "stale",
    word: "Stale",
    sentence: "Its lifetime has just ended. The stale copy was sent at once, and is refreshed in the background.",
  },
  MISS: { key: "miss", word: "Miss", sentence: "Not in the cache. GitHub was called, and its response is now cached." },
  REVALIDATED: {
    key: "revalidated",
    word: "Revalidated",
    sentence: "Its lifetime had ended. GitHub confirmed it with a 304, which costs no quota.",
  },
  CHANGED: { key: "changed", word: "Changed", sentence: "Its lifetime had ended, and GitHub had a newer version." },
  COALESCED: {
    key: "coalesced",
    word: "Coalesced",
    sentence: "Another request was fetching the same. One call to GitHub served both.",
  },
  STALE_ON_ERROR: {
    key: "bridged",
    word: "Stale if error",
    sentence: "GitHub could not respond. Its last response is shown instead.",
  },
};

const refused: HandlingWords = {
  key: "own",
  word: "Refused",
  sentence: "The edge refused this request itself. GitHub was not called.",
};
const none: HandlingWords = {
  key: "bridged",
  word: "No response",
  sentence: "GitHub sent none, and nothing is cached for this request.",
};
const copy: HandlingWords = {
  key: "bridged",
  word: "Offline",
  sentence: "The service cannot be reached. This is your browser's own copy.",
};

/** Why GitHub could not respond, in place of the service's word for the failure. */
const reasons: Record<string, string> = {
  "rate-limited": "GitHub's limit is reached.",
  "bad-gateway": "GitHub failed to respond.",
  "gateway-timeout": "GitHub was too slow.",
  "service-unavailable": "GitHub is not called at the moment.",
};

/** The text of a response's badge. */
export function toWords(of: Pick<Receipt, "handling" | "reason" | "offline" | "status">): HandlingWords {
  const { handling, reason, offline, status } = of;
  if (offline) return copy;
  if (handling === undefined) return status < 500 && status !== 403 ? refused : none;
  const known = reason === undefined ? undefined : reasons[reason];
  if (handling === "STALE_ON_ERROR" && known !== undefined) {
    return { ...words[handling], sentence: `${known} Its last response is shown instead.` };
  }
  return words[handling];
}
