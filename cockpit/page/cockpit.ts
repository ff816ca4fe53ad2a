import { byId, h, link } from "../../functions/web/page/dom.ts";
import { formatCount } from "../../functions/web/page/format.ts";
import "../../functions/web/page/theme.ts";
import { type Figures, runtimes, type Setting, type State } from "../model.ts";
import { act } from "./act.ts";
import { toPeak } from "./chart.ts";
import { createClientsForm } from "./clients.ts";
import { createFaults } from "./faults.ts";
import { createFigure, createScreen, formatPart, toSaved } from "./screen.ts";

/** The page: wiring only. */
const titles = { node: "Node", worker: "Worker" };

const setting = (await (await fetch("setting")).json()) as Setting;
const showFaults = createFaults(setting);
const showClients = createClientsForm(setting);
const screens = runtimes.map((name) => ({ name, screen: createScreen(name, titles[name]) }));
byId("screens").append(...screens.map(({ screen }) => screen.element));

byId("servers").append(
  ...runtimes.map((name) =>
    link(setting.urls[name].replace("127.0.0.1", "localhost"), {}, `Explorer on ${titles[name]}`),
  ),
);

const totals = {
  requests: createFigure("requests"),
  calls: createFigure("calls to GitHub"),
  saved: createFigure("calls saved"),
  good: createFigure("got 200"),
};
byId("totals").append(...Object.values(totals).map(({ element }) => element));

function showTotals(figures: Figures[]): void {
  const sum = (of: (figures: Figures) => number) => figures.reduce((total, one) => total + of(one), 0);
  const [requests, calls, failed] = [sum((f) => f.requests), sum((f) => f.calls), sum((f) => f.failed)];
  totals.requests.set(formatCount(requests));
  totals.calls.set(formatCount(calls));
  totals.saved.set(formatCount(toSaved({ requests, calls })));
  totals.good.set(formatPart(requests - failed, requests));
}

let newest = 0;

function showHappenings({ happenings }: State): void {
  const list = byId("events");
  const last = happenings[0]?.id ?? 0;
  // The demo was started again, and counts from one.
  if (last < newest) list.replaceChildren();
  const fresh = happenings.filter(({ id }) => last < newest || id > newest).toReversed();
  newest = last;
  for (const { at, text, kind } of fresh) {
    const time = new Date(at).toLocaleTimeString("en-GB");
    list.prepend(h("li", { class: kind }, h("span", { class: "dot" }), h("time", {}, time), h("span", {}, text)));
  }
  while (list.childElementCount > Math.max(happenings.length, 0)) list.lastElementChild?.remove();
  byId("no-events").hidden = list.childElementCount > 0;
}

function show(state: State): void {
  const peak = Math.max(...runtimes.map((name) => toPeak(state.runtimes[name])));
  for (const { name, screen } of screens) screen.show(state.runtimes[name], state.troubles, state.now, peak);
  showTotals(runtimes.map((name) => state.runtimes[name]));
  showFaults(state);
  showClients(state);
  showHappenings(state);
}

const live = new EventSource("live");
live.addEventListener("message", ({ data }) => {
  byId("lost").hidden = true;
  show(JSON.parse(data as string) as State);
});
live.addEventListener("error", () => {
  byId("lost").hidden = false;
});
byId("clear").addEventListener("click", () => void act("clear", {}));
