import { byId } from "./dom.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === undefined ? dark.matches : chosen === "dark";
}

/** The system's colours until the user chooses. A choice equal to the system's is removed. */
export function setUpTheme(): void {
  const button = byId("theme");
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    const wanted = isDark() ? "light" : "dark";
    const asSystem = (wanted === "dark") === dark.matches;
    if (asSystem) delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = wanted;
    try {
      if (asSystem) localStorage.removeItem("theme");
      else localStorage.setItem("theme", wanted);
    } catch {
      // Storage is not available: the choice lasts as long as the page.
    }
    show();
  });
  dark.addEventListener("change", show);
  show();
}
