import uPlot from "uplot";
import type { Panel, Value } from "./panels.ts";

const height = 150;

/** Least time that a chart shows, in seconds: the first points would otherwise be far apart. */
const least = 120;

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Steps of an axis for what has no parts. */
const wholes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** `14:03:22`, of seconds since the Unix epoch. */
export const formatExact = (seconds: number): string => exact.format(new Date(seconds * 1000));

export interface Chart {
  draw(times: number[], values: Value[][]): void;
}

/**
 * A canvas that follows the width of its place and the colours of the page.
 * @param pointAt gets the index that the pointer is at; null if it left
 */
export function createChart(
  place: HTMLElement,
  { lines, format, top, whole }: Panel,
  pointAt: (index: number | null) => void,
): Chart {
  /** What a property of tokens.css is now: `light-dark()` is resolved only where it is used. */
  const probe = document.createElement("span");
  place.append(probe);
  const colour = (property: string) => () => {
    probe.style.color = `var(${property})`;
    return getComputedStyle(probe).color;
  };

  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: colour("--muted"), font, ticks: { show: false } };
  const grid = { stroke: colour("--line"), width: 1 };
  const plot = new uPlot(
    {
      width: Math.max(place.clientWidth, 1),
      height,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: "status" } },
      padding: [8, 20, 0, 0],
      scales: {
        x: { range: (_, min, max) => [Math.min(min, max - least), max] },
        y: { range: (_, _min, max) => [0, top ?? (max > 0 ? max * 1.1 : 1)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          space: 70,
          values: (_, splits) => splits.map((at) => time.format(at * 1000)),
        },
        {
          ...axis,
          grid,
          size: 64,
          space: 36,
          values: (_, splits) => splits.map((value) => format(value)),
          ...(whole && { incrs: wholes }),
        },
      ],
      series: [
        {},
        ...lines.map((line) => ({
          stroke: colour(line.colour),
          width: 2,
          points: { show: false },
          ...(line.dash && { dash: line.dash }),
        })),
      ],
      hooks: { setCursor: [({ cursor }) => pointAt(cursor.idx ?? null)] },
    },
    [[], ...lines.map(() => [])],
    place,
  );

  new ResizeObserver(() => plot.setSize({ width: Math.max(place.clientWidth, 1), height })).observe(place);
  const redraw = () => plot.redraw(false);
  // page/theme.ts sets the class for every change, the system's too.
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["class", "data-theme"] });

  return { draw: (times, values) => plot.setData([times, ...values]) };
}
