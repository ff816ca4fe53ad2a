import { h } from "../page/dom.ts";
import { areOn, shortcuts, turn } from "./keys.ts";

/** Shows all shortcuts in a dialog: the browser keeps the focus in it, closes it with Escape, and gives the focus back. */
export function showSheet(): void {
  if (document.querySelector("dialog.sheet")) return;
  const box = h("input", { attributes: { type: "checkbox" } });
  box.checked = areOn();
  box.addEventListener("change", () => turn(box.checked));
  const row = (key: string, words: string) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, words));
  const dialog = h(
    "dialog",
    { class: "sheet", attributes: { "aria-labelledby": "sheet-title" } },
    h(
      "header",
      {},
      h("h2", { attributes: { id: "sheet-title" } }, "Keyboard shortcuts"),
      h("button", { class: "button small", attributes: { type: "button" }, onclick: () => dialog.close() }, "Close"),
    ),
    h("dl", {}, ...shortcuts.map(({ key, words }) => row(key, words)), row("?", "This list")),
    h("label", {}, box, " Use these keys"),
    h("p", { class: "fine" }, "They do nothing while you type, and with Ctrl, Alt or Meta."),
  );
  dialog.addEventListener("close", () => dialog.remove());
  // The dialog itself fills its box: a click on it is a click beside what is in it.
  dialog.addEventListener("click", ({ target, clientX, clientY }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const isInside = clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
    if (target === dialog && !isInside) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
