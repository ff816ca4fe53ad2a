import { h } from "../page/dom.ts";
import { formatTime } from "../page/format.ts";

/** A time in relation to now, in full on hover; undefined for an invalid time. */
export function timeView(text: string | undefined): HTMLElement | undefined {
  const time = formatTime(text);
  return time && h("time", { attributes: { datetime: text, title: time.full } }, time.short);
}
