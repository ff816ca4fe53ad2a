import type { Forms } from "../cache/forms.ts";
import type { Encodings } from "../cache/encodings.ts";
import type { Rewrites } from "../cache/rewrites.ts";
import type { Budget } from "../github/budget.ts";
import type { Cors } from "../http/cors.ts";
import type { Ports } from "../ports.ts";

/** The parts of the app that live as long as it does, without routes and fast path. */
export interface Parts {
  ports: Ports;
  budget: Budget;
  cors: Cors;
  forms: Forms;
  encodings: Encodings;
  rewrites: Rewrites;
}
