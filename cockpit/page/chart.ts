import { formatCount } from "../../functions/web/page/format.ts";
import type { Figures, Second, Trouble } from "../model.ts";
import { outcomes, toBadge } from "./outcomes.ts";
import { s } from "./svg.ts";

const [height, top, lane] = [164, 18, 34];
const plot = height - top - lane;

/** The least top of the scale, in responses a second. */
const least = 10;

/** Responses of the second that had most of them. */
export const toPeak = ({ seconds }: Figures) => Math.max(...seconds.map(responses));

const responses = (second: Second) => Object.values(second.outcomes).reduce((sum, count) => sum + count, 0);

/** A round number that is no less: 10, 15, 20, 30 ... */
function toScale(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, least)));
  return [1, 1.5, 2, 3, 5, 7.5, 10].map((step) => step * power).find((scale) => scale >= most) ?? most;
}

/** Responses of the last seconds by outcome, calls to GitHub below them, and behind them the times of faults. */
export function createChart() {
  const svg = s("svg", { class: "chart", height, role: "img" });

  /** @param peak largest value that must fit, so that charts side by side have one scale */
  function draw({ seconds }: Figures, troubles: readonly Trouble[], now: number, name: string, peak: number): void {
    const width = svg.clientWidth || 480;
    const bar = width / seconds.length;
    const toX = (at: number) => width - ((now - at) / 1000) * bar;
    const scale = toScale(peak);
    const toHeight = (count: number) => (count / scale) * plot;
    const floor = top + plot;

    // Newest first: it has its title, and an older one where there is room.
    let room = width;
    const bands = troubles.toReversed().flatMap(({ title, from, to }) => {
      const x = Math.max(toX(from), 0);
      const end = to === undefined ? width : toX(to);
      if (end <= 0) return [];
      const band = [
        s("rect", { class: "band", x, y: 0, width: Math.max(end - x, 2), height: floor }),
        s("rect", { class: "band-edge", x, y: 0, width: Math.max(end - x, 2), height: 2 }),
      ];
      // A title that would leave the chart ends at its edge.
      const start = Math.min(x + 4, width - 8 * title.length);
      if (start + 8 * title.length > room) return band;
      room = start;
      return [...band, s("text", { class: "band-title", x: start, y: 14 }, title)];
    });

    const bases = new Map<Second, number>();
    const bars = outcomes.flatMap((outcome) => {
      const d = seconds.flatMap((second) => {
        const count = second.outcomes[outcome] ?? 0;
        if (count === 0) return [];
        const base = bases.get(second) ?? 0;
        bases.set(second, base + count);
        const x = toX(second.at) + 0.5;
        const y = floor - toHeight(base + count);
        return [
          `M${x.toFixed(1)} ${y.toFixed(1)}h${(bar - 1).toFixed(1)}v${toHeight(count).toFixed(1)}h-${(bar - 1).toFixed(1)}z`,
        ];
      });
      return d.length === 0 ? [] : [s("path", { class: `bar ${toBadge(outcome).key}`, d: d.join("") })];
    });

    const called = seconds.filter(({ calls }) => calls > 0);
    const calls = called.flatMap(({ at, calls }) => {
      const x = toX(at) + bar / 2;
      return [
        s("path", { class: "call", d: `M${x.toFixed(1)} ${floor + 4}l3.5 6h-7z` }),
        s("text", { class: "call-count", x, y: floor + 20, "text-anchor": "middle" }, String(calls)),
      ];
    });

    const minute = seconds.length;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("aria-label", describe(name, seconds, troubles));
    svg.replaceChildren(
      ...bands,
      s("path", { class: "grid", d: `M0 ${top + 0.5}H${width}M0 ${floor + 0.5}H${width}` }),
      ...bars,
      s("text", { class: "axis", x: 0, y: top + 12 }, `${formatCount(scale)}/s`),
      ...calls,
      s("text", { class: "axis", x: 0, y: height - 2 }, `${minute} s ago`),
      s("text", { class: "axis", x: width / 2, y: height - 2, "text-anchor": "middle" }, "▲ calls to GitHub"),
      s("text", { class: "axis", x: width, y: height - 2, "text-anchor": "end" }, "now"),
    );
  }

  return { svg, draw };
}

function describe(name: string, seconds: readonly Second[], troubles: readonly Trouble[]): string {
  const sum = (of: (second: Second) => number) => formatCount(seconds.reduce((total, second) => total + of(second), 0));
  const failed = sum(({ outcomes }) => outcomes.FAILED ?? 0);
  const faults = troubles.length === 0 ? "no fault" : `faults: ${troubles.map(({ title }) => title).join(", ")}`;
  return (
    `${name}, the last ${seconds.length} seconds: ${sum(responses)} responses, ${failed} of them no 200, ` +
    `${sum(({ calls }) => calls)} calls to GitHub, ${faults}`
  );
}
