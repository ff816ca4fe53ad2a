import { h } from "../page/dom.ts";

/** A bar that shows an amount, as a picture and in words. */
export interface Meter {
  element: HTMLElement;
  /** @param words the text that is read out in place of the number */
  set(value: number, max: number, words: string): void;
}

/** @param label the measured quantity */
export function createMeter(label: string, className: string): Meter {
  const bar = h("span", { class: "meter-bar" });
  const element = h(
    "span",
    { class: `meter ${className}`, attributes: { role: "meter", "aria-label": label, "aria-valuemin": "0" } },
    bar,
  );
  return {
    element,
    set(value, max, words) {
      const part = max > 0 ? Math.min(Math.max(value / max, 0), 1) : 0;
      // Through the object model: a style attribute would break the page's policy.
      bar.style.setProperty("inline-size", `${(part * 100).toFixed(1)}%`);
      element.classList.toggle("full", part >= 1);
      element.setAttribute("aria-valuenow", String(Math.round(Math.min(Math.max(value, 0), max))));
      element.setAttribute("aria-valuemax", String(max));
      element.setAttribute("aria-valuetext", words);
    },
  };
}
