/**
 * The button for light and dark colours; each document loads it by itself. The system's colours are used until the user
 * chooses. A choice equal to the system's is removed. early.ts applies it before the first paint.
 */
{
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function isDark(): boolean {
    const chosen = document.documentElement.dataset["theme"];
    return chosen === undefined ? dark.matches : chosen === "dark";
  }

  const button = document.querySelector("#theme");

  /** Other code can follow by the class, such as the documentation's viewer. */
  function show(): void {
    button?.setAttribute("aria-pressed", String(isDark()));
    document.documentElement.classList.toggle("dark-mode", isDark());
  }

  button?.addEventListener("click", () => {
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
