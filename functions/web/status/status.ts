import { formatItems } from "../page/format.ts";
import { formatExact } from "./chart.ts";
import { createFleet, type Figures } from "./fleet.ts";
import { createClock, poll, repeat } from "./poll.ts";
import { toReading } from "./reading.ts";
import { createTrack } from "./track.ts";
import { createView } from "./view.ts";

/** The live page: requests /metrics of its own origin every two seconds while it is looked at, and draws what changed. */
const find = <Kind extends HTMLElement>(id: string): Kind => {
  const found = document.querySelector<Kind>(`#${id}`);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};

for (const link of document.querySelectorAll<HTMLAnchorElement>(".top-nav a"))
  if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");

// Without this script they would be a button that does nothing, and an empty table.
for (const id of ["controls", "below"]) find(id).hidden = false;

const problem = find("problem");
const updated = find("updated");
const pause = find<HTMLButtonElement>("pause");

const address = new URL("metrics", location.href);
const elapsed = createClock(() => performance.now(), Date.now);
const openedAt = Date.now();
const fleet = createFleet();
const { track, add, extent } = createTrack();
const show = createView(find("charts"), find("figures"));

/** Set only if it changed: a screen reader says it each time. */
function say(text: string): void {
  if (problem.textContent !== text) problem.textContent = text;
  problem.hidden = text === "";
}

function toNote({ processes, counted }: Figures): string {
  if (counted === 0) return "rates with the next response of the same process";
  const all = formatItems(processes, "process", "processes");
  return counted < processes ? `rates of ${counted} of ${all}` : `rates of ${all}`;
}

async function step(): Promise<void> {
  const polled = await poll(address);
  const at = elapsed();
  const time = (openedAt + at) / 1000;
  const reading = "text" in polled ? toReading(polled.text) : undefined;
  if (reading) fleet.add(reading, at);
  const figures = reading && fleet.figures(at);
  add(time, figures);
  show(track, extent, figures);
  if (figures) {
    say("");
    updated.textContent = `Updated at ${formatExact(time)}: ${toNote(figures)}`;
  } else say("problem" in polled ? polled.problem : "The response of /metrics is not that of this service.");
}

const isPaused = () => pause.getAttribute("aria-pressed") === "true";
const start = repeat(step, () => !document.hidden && !isPaused());
document.addEventListener("visibilitychange", start);
pause.addEventListener("click", () => {
  pause.setAttribute("aria-pressed", String(!isPaused()));
  start();
});
start();
