import { announce } from "./announce.ts";
import { h } from "./dom.ts";

/**
 * A button that copies text, and confirms it in its own label for two seconds.
 * @param what the copied thing, for screen readers
 */
export function copyButton(text: () => string, what: string, label = "Copy"): HTMLButtonElement {
  const words = h("span", {}, label);
  async function copy(): Promise<void> {
    const done = await write(text());
    words.textContent = done ? "Copied" : "Not copied";
    announce(done ? `Copied ${what}` : `This browser refused to copy ${what}`);
    setTimeout(() => (words.textContent = label), 2000);
  }
  const button = h(
    "button",
    {
      class: "button small",
      attributes: { type: "button", "aria-label": `${label} ${what}` },
      onclick: () => void copy(),
    },
    words,
  );
  return button;
}

/** The clipboard exists in secure contexts only; over plain http a selection is copied instead. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h("textarea", { class: "visually-hidden" });
    field.value = text;
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}
