import { byId } from "./dom.ts";

/** Tells those who do not see the page what has changed, once they have heard what comes before. */
export function announce(message: string): void {
  byId("status").textContent = message;
}
