import { h } from "../../functions/web/page/dom.ts";
import { formatCount, formatDuration } from "../../functions/web/page/format.ts";
import type { Figures, Outcome, Trouble } from "../model.ts";
import { createChart } from "./chart.ts";
import { outcomes, toBadge } from "./outcomes.ts";

/** A value with its name, which is set time and again. */
export function createFigure(name: string, explanation?: string) {
  const value = h("dd", {}, "–");
  const element = h("div", { attributes: { title: explanation } }, h("dt", {}, name), value);
  return {
    element,
    set(text: string): void {
      if (value.textContent !== text) value.textContent = text;
    },
  };
}

/** `99.9 %`: never rounded up to all of them. */
export function formatPart(part: number, of: number): string {
  if (of === 0) return "–";
  const percent = Math.floor((1000 * part) / of) / 10;
  return `${percent} %`;
}

const counted = (found: Figures["outcomes"], wanted: readonly Outcome[]) =>
  wanted.reduce((sum, outcome) => sum + (found[outcome] ?? 0), 0);

/** Part of the responses that came from the cache, or from a call that was made anyway. */
export function toHitRate({ outcomes: found, requests }: Figures): string {
  return formatPart(counted(found, ["HIT", "STALE", "STALE_ON_ERROR", "COALESCED"]), requests);
}

/** Calls to GitHub that were not made, though clients asked. */
export const toSaved = ({ requests, calls }: Pick<Figures, "requests" | "calls">) => Math.max(requests - calls, 0);

/** Fewer than these come and go with each request. */
const manyWaiting = 10;

/** The panel of one runtime. */
export function createScreen(name: string, title: string) {
  const chart = createChart();
  const figures = {
    requests: createFigure("Requests"),
    calls: createFigure("Calls to GitHub"),
    saved: createFigure("Calls saved"),
    rate: createFigure("Hit rate", "Responses from the cache, or from a call that another client made"),
  };
  const latencies = {
    p50: createFigure("Latency p50", "Half of the responses of the last 10 seconds took no longer"),
    p95: createFigure("p95", "95 of 100 responses of the last 10 seconds took no longer"),
    p99: createFigure("p99", "99 of 100 responses of the last 10 seconds took no longer"),
  };
  const counts = outcomes.map((outcome) => {
    const { key, word, sentence } = toBadge(outcome);
    const count = h("b", {}, "0");
    const element = h(
      "li",
      { class: key, attributes: { title: sentence } },
      h("span", { class: "dot" }),
      `${word} `,
      count,
    );
    return { outcome, count, element };
  });
  const waiting = h("span", { class: "waiting" });
  const element = h(
    "section",
    { class: "panel screen", attributes: { "aria-labelledby": `${name}-title` } },
    h("h2", { attributes: { id: `${name}-title` } }, title, " ", waiting),
    h("dl", { class: "figures" }, ...Object.values(figures).map((figure) => figure.element)),
    h("dl", { class: "latency" }, ...Object.values(latencies).map((figure) => figure.element)),
    chart.svg,
    h("ul", { class: "counts", attributes: { role: "list" } }, ...counts.map((count) => count.element)),
  );

  return {
    element,
    show(found: Figures, troubles: readonly Trouble[], now: number, peak: number): void {
      const { latency } = found;
      figures.requests.set(formatCount(found.requests));
      figures.calls.set(formatCount(found.calls));
      figures.saved.set(formatCount(toSaved(found)));
      figures.rate.set(toHitRate(found));
      for (const name of ["p50", "p95", "p99"] as const)
        latencies[name].set(latency ? formatDuration(latency[name]) : "–");
      for (const { outcome, count, element } of counts) {
        const number = found.outcomes[outcome] ?? 0;
        count.textContent = formatCount(number);
        element.classList.toggle("none", number === 0);
      }
      waiting.textContent = found.waiting >= manyWaiting ? `${formatCount(found.waiting)} waiting` : "";
      chart.draw(found, troubles, now, title, peak);
    },
  };
}
