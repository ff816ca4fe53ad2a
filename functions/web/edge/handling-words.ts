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
  HIT: { key: "hit", word: "Hit", sentence: "Fresh in the cache. GitHub was not asked." },
  STALE: {
    key: "stale",
    word: "Stale",
    sentence: "Just past its time: given at once, and refreshed behind your back.",
  },
  MISS: { key: "miss", word: "Miss", sentence: "Not in the cache. GitHub was asked, and its answer is kept." },
  REVALIDATED: {
    key: "revalidated",
    word: "Revalidated",
    sentence: "Past its time. GitHub confirmed it by 304, which costs no quota.",
  },
  CHANGED: { key: "changed", word: "Changed", sentence: "Past its time, and GitHub had something newer." },
  COALESCED: {
    key: "coalesced",
    word: "Coalesced",
    sentence: "Somebody else was asking GitHub for the same: one call answered all.",
  },
  STALE_ON_ERROR: {
    key: "bridged",
    word: "Bridged",
    sentence: "GitHub could not answer. The last answer it gave stands in.",
  },
};

const refused: HandlingWords = {
  key: "own",
  word: "Refused",
  sentence: "The edge refused this by itself. GitHub was not asked.",
};
const none: HandlingWords = {
  key: "bridged",
  word: "No answer",
  sentence: "GitHub gave none, and nothing stored could stand in for it.",
};
const copy: HandlingWords = {
  key: "bridged",
  word: "Offline",
  sentence: "The service cannot be reached. This is the copy that your browser kept.",
};

/** Why GitHub could not respond, in place of the service's word for the failure. */
const reasons: Record<string, string> = {
  "rate-limited": "GitHub's limit is reached.",
  "bad-gateway": "GitHub failed to answer.",
  "gateway-timeout": "GitHub was too slow.",
  "service-unavailable": "GitHub is not being asked for the moment.",
};

/** The text of a response's badge. */
export function toWords(of: Pick<Receipt, "handling" | "reason" | "offline" | "status">): HandlingWords {
  const { handling, reason, offline, status } = of;
  if (offline) return copy;
  if (handling === undefined) return status < 500 && status !== 403 ? refused : none;
  const known = reason === undefined ? undefined : reasons[reason];
  if (handling === "STALE_ON_ERROR" && known !== undefined) {
    return { ...words[handling], sentence: `${known} The last answer it gave stands in.` };
  }
  return words[handling];
}
