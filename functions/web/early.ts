/**
 * Runs before the first paint, as a separate script: sets the chosen colours, and whether the address needs more than
 * the front page, so that neither flashes. It cannot import, since it is not a module.
 */
{
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
  } catch {
    // Storage is not available: the system's colours are used.
  }
  if (location.search !== "") root.dataset["route"] = "answer";
}
