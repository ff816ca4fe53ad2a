import { h } from "./dom.ts";

/** A picture. Its site is not told where it is shown. */
export function picture(source: string, alt: string): HTMLImageElement {
  const attributes = { referrerpolicy: "no-referrer", loading: "lazy", decoding: "async", alt, src: source };
  return h("img", { class: "picture", attributes });
}
