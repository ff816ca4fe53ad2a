import { copyButton } from "../page/clipboard.ts";
import { h } from "../page/dom.ts";
import { base } from "../page/route.ts";

type Mode = "rendered" | "source";

/**
 * Two buttons of which one is pressed: the file as drawn, and its source. Nothing is pressed until `set`.
 * @param rendered the word for the file as drawn
 */
export function toggle(filename: string, rendered: string | undefined, show: (mode: Mode) => void) {
  let chosen: Mode | undefined;
  const button = (mode: Mode, words: string) =>
    h("button", { attributes: { type: "button", "aria-pressed": "false" }, onclick: () => set(mode) }, words);
  const buttons = { rendered: button("rendered", rendered ?? ""), source: button("source", "Source") };

  function set(mode: Mode): void {
    if (mode === chosen) return;
    chosen = mode;
    for (const [name, element] of Object.entries(buttons)) element.setAttribute("aria-pressed", String(name === mode));
    show(mode);
  }
  const attributes = { role: "group", "aria-label": `View of ${filename}` };
  return {
    element: h("div", { class: "toggle", attributes }, buttons.rendered, buttons.source),
    value: () => chosen,
    set,
  };
}

/** Saves the text that is shown, under the file's name. */
export function downloadButton(text: string, filename: string): HTMLButtonElement {
  function save(): void {
    const url = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
    h("a", { attributes: { href: url, download: filename } }).click();
    // The browser reads it after the click.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
  const attributes = { type: "button", "aria-label": `Download ${filename}` };
  return h("button", { class: "button small", attributes, onclick: save }, "Download");
}

/** Copies a frame with the file, as this service embeds it (docs/api.md): without scripts. */
export function embedButton(gist: string, filename: string): HTMLButtonElement {
  const code = () => {
    const source = new URL(`${base}/embed/${encodeURIComponent(gist)}`, location.href);
    source.searchParams.set("file", filename);
    const title = filename.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
    const size = 'width="100%" height="400" style="border:0"';
    return `<iframe src="${source.href}" title="${title}" ${size} sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy"></iframe>`;
  };
  return copyButton(code, `code of ${filename}`, "Embed");
}
