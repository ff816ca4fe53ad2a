import { byId } from "./dom.ts";

/** Tells screen readers about a change, after the announcements before it. */
export function announce(message: string): void {
  byId("status").textContent = message;
}
