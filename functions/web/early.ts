/**
 * Runs before anything is painted, as a script of its own: the chosen colours, and whether the address asks for more
 * than the front page, so that neither flashes. It may import nothing: it is no module.
 */
{
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
  } catch {
    // Storage is forbidden: the system's colours are used.
  }
  if (location.search !== "") root.dataset["route"] = "answer";
}
