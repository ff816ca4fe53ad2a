import { byId } from "../page/dom.ts";

/** A shortcut: its key, and what it does. */
export interface Shortcut {
  key: string;
  words: string;
  act: () => void;
}

/** The items of a view, to step through. */
const items = "#view :is(.card-link, .revision-name a, .comment, .file-name)";

const focus = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();
const press = (selector: string) => document.querySelector<HTMLElement>(selector)?.click();

/** Moves the focus to the next item of the view, or to the one before. */
function step(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(items)];
  const at = all.findIndex((item) => item === document.activeElement);
  const item = all[at < 0 && by < 0 ? all.length - 1 : at + by];
  if (!item) return;
  if (item.tabIndex < 0) item.tabIndex = -1;
  item.focus();
  item.scrollIntoView({ block: "nearest" });
}

const tabs = ["Files", "History", "Forks", "Comments"];

/** All shortcuts but the one for the sheet that lists them. */
export const shortcuts: Shortcut[] = [
  { key: "/", words: "Search field", act: () => focus("#field") },
  { key: "f", words: "Filter of a list", act: () => focus("#filter") },
  { key: "j", words: "Next gist, file, revision or comment", act: () => step(1) },
  { key: "k", words: "The one before", act: () => step(-1) },
  { key: "n", words: "Next page", act: () => press("#view a[rel=next]") },
  { key: "p", words: "Previous page", act: () => press("#view a[rel=prev]") },
  ...tabs.map((words, n) => ({
    key: String(n + 1),
    words: `${words} of a gist`,
    act: () => press(`#view .tab:nth-child(${n + 1})`),
  })),
  { key: "r", words: "Ask again", act: () => press("#receipt .again") },
  { key: "t", words: "Light or dark colours", act: () => press("#theme") },
];

const stored = "shortcuts";

/** True unless the user has turned shortcuts off: single keys can get in the way of speech input (WCAG 2.1.4). */
export function areOn(): boolean {
  try {
    return localStorage.getItem(stored) !== "off";
  } catch {
    return true;
  }
}

/** Turns shortcuts on or off, for later visits as well. */
export function turn(on: boolean): void {
  try {
    if (on) localStorage.removeItem(stored);
    else localStorage.setItem(stored, "off");
  } catch {
    // Storage is not available: shortcuts stay on.
  }
}

/** Opens the sheet, which is loaded then. */
function openSheet(): void {
  import("./sheet.ts").then(
    ({ showSheet }) => showSheet(),
    (error: unknown) => console.info("no sheet:", error),
  );
}

/** A key without modifiers does something unless one is typing, or a dialog is open. */
export function setUpShortcuts(): void {
  const button = byId("shortcuts");
  button.hidden = false;
  button.addEventListener("click", openSheet);
  addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (target instanceof Element && target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    const act = key === "?" ? openSheet : shortcuts.find((shortcut) => shortcut.key === key)?.act;
    if (act === undefined || !areOn()) return;
    event.preventDefault();
    act();
  });
}
