/**
 * @typedef {object} Sample one second
 * @property {number} second since the start
 * @property {number} connections of the load's step
 * @property {string} [label] the step in words
 * @property {number} requests answered with 2xx
 * @property {number} failed
 * @property {number} [p50] in milliseconds; undefined without a response
 * @property {number} [p99]
 * @property {{ ready: number, starting: number, ending: number, wanted?: number }} [pods] undefined if kubectl failed
 * @property {boolean} [isProxied] if the activator is in the path; undefined if that is not known
 * @property {boolean} [isPanicking] if the autoscaler is in panic mode
 */

const barWidth = 30;

/** A line for a terminal. The bar is relative to the highest number of requests so far. */
export function toLine({ second, connections, requests, failed, p50, p99, pods, isProxied, isPanicking }, most) {
  const bar = "█".repeat(Math.round((barWidth * requests) / Math.max(most, 1)));
  const ms = (value) => (value === undefined ? "" : `${Math.round(value)} ms`);
  const drawn = pods ? "●".repeat(pods.ready) + "◐".repeat(pods.starting) + "○".repeat(pods.ending) : "?";
  return [
    `${second} s`.padStart(6),
    String(connections).padStart(5),
    bar.padEnd(barWidth),
    `${requests}/s`.padStart(8),
    ms(p50).padStart(9),
    ms(p99).padStart(9),
    failed ? `${failed} failed`.padStart(11) : "".padStart(11),
    ` ${drawn}`,
    ...(isProxied ? ["activator"] : []),
    ...(isPanicking ? ["panic"] : []),
  ].join(" ");
}

export const heading = [
  "  time",
  " conn",
  "requests".padEnd(barWidth),
  "".padStart(8),
  "p50".padStart(9),
  "p99".padStart(9),
  "".padStart(11),
  " pods: ● ready ◐ starting ○ ending",
].join(" ");

const [width, left, right, top, panelHeight, gap] = [860, 72, 24, 64, 120, 44];

/** A round number at or above a value, to end an axis. */
function ceiling(value) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return unit * [1, 2, 4, 6, 10].find((factor) => factor * unit >= value);
}

/** One chart of several lines over time; a sample without a value breaks its line. */
function panel({ title, unit, lines, isStepped }, index, x) {
  const above = top + index * (panelHeight + gap);
  const most = ceiling(Math.max(1, ...lines.flatMap(({ values }) => values.filter((value) => value !== undefined))));
  const y = (value) => above + panelHeight - (panelHeight * value) / most;
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<path d="M${left} ${y(most * share)}H${width - right}" stroke="#d1d5db"/><text x="${left - 8}" y="${y(most * share) + 4}" text-anchor="end">${most * share}${unit}</text>`,
  );
  const drawn = lines.map(({ colour, values }) => {
    let path = "";
    for (const [second, value] of values.entries()) {
      if (value === undefined) continue;
      const isFirst = second === 0 || values[second - 1] === undefined;
      const at = `${x(second).toFixed(1)} ${y(value).toFixed(1)}`;
      path += isFirst ? `M${at}` : isStepped ? `H${x(second).toFixed(1)}V${y(value).toFixed(1)}` : `L${at}`;
    }
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  });
  const named = lines.filter(({ name }) => name);
  const legend = named.map(
    ({ name, colour }, at) =>
      `<rect x="${width - right - 90 * (named.length - at)}" y="${above - 14}" width="14" height="4" fill="${colour}"/><text x="${width - right - 90 * (named.length - at) + 20}" y="${above - 8}">${name}</text>`,
  );
  return [`<text x="${left}" y="${above - 8}" font-weight="600">${title}</text>`, ...grid, ...drawn, ...legend].join(
    "\n",
  );
}

/** Neighbouring samples of one value. A range ends where the next begins. */
function rangesOf(samples, of) {
  const ranges = [];
  for (const sample of samples) {
    const value = of(sample);
    const range = ranges.at(-1);
    if (range && range.value === value) range.samples.push(sample);
    else ranges.push({ from: sample.second, value, samples: [sample] });
  }
  return ranges.map((range, index) => ({ ...range, to: ranges[index + 1]?.from ?? samples.at(-1).second }));
}

/** Where the activator was in the path, and where the autoscaler was in panic mode: in the lowest panel. */
function marks(samples, x, bottom) {
  const draw = ({ from, to }, name, y, height, colour, opacity) =>
    `<rect x="${x(from).toFixed(1)}" y="${y}" width="${(x(to) - x(from)).toFixed(1)}" height="${height}" fill="${colour}" fill-opacity="${opacity}"><title>${name}</title></rect>`;
  const ranges = (of) => rangesOf(samples, of).filter(({ value }) => value);
  const panics = ranges(({ isPanicking }) => isPanicking);
  return [
    ...panics.map((range) => draw(range, "panic mode", bottom - panelHeight, panelHeight, "#dc2626", 0.1)),
    ...panics.map(
      ({ from }) =>
        `<text x="${(x(from) + 4).toFixed(1)}" y="${bottom - panelHeight + 14}" fill="#b91c1c">panic</text>`,
    ),
    ...ranges(({ isProxied }) => isProxied).map((range) =>
      draw(range, "activator in the path", bottom - 5, 5, "#db2777", 0.5),
    ),
  ];
}

/**
 * Requests, latency and pods over time, one below the other, with the steps of the load in the background.
 * @param {Sample[]} samples
 * @param {string} heading
 */
export function toSvg(samples, heading) {
  const title = heading.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  const last = Math.max(1, samples.length - 1);
  const x = (second) => left + (second / last) * (width - left - right);
  const hasPods = samples.some(({ pods }) => pods);
  const isDecided = samples.some(({ isProxied }) => isProxied !== undefined);
  const panels = [
    {
      title: "Requests a second",
      unit: "",
      lines: [
        { name: "2xx", colour: "#2563eb", values: samples.map(({ requests }) => requests) },
        { name: "failed", colour: "#dc2626", values: samples.map(({ failed }) => failed) },
      ],
    },
    {
      title: "Latency",
      unit: " ms",
      lines: [
        { name: "p50", colour: "#2563eb", values: samples.map(({ p50 }) => p50) },
        { name: "p99", colour: "#b45309", values: samples.map(({ p99 }) => p99) },
      ],
    },
    ...(hasPods
      ? [
          {
            title: "Pods",
            unit: "",
            isStepped: true,
            lines: [
              { name: "ready", colour: "#15803d", values: samples.map(({ pods }) => pods?.ready) },
              { name: "starting", colour: "#b45309", values: samples.map(({ pods }) => pods?.starting) },
              { name: "ending", colour: "#6b7280", values: samples.map(({ pods }) => pods?.ending) },
              ...(isDecided
                ? [{ name: "wanted", colour: "#7c3aed", values: samples.map(({ pods }) => pods?.wanted) }]
                : []),
            ],
          },
        ]
      : []),
  ];
  const height = top + panels.length * (panelHeight + gap) + 12;
  const bottom = top + panels.length * (panelHeight + gap) - gap;
  const label = ({ label, connections }) => label ?? `${connections} conn.`;
  const steps = rangesOf(samples, label);
  const mostConnections = Math.max(1, ...samples.map(({ connections }) => connections));
  const bands = steps.map(({ from, to, value, samples }) => {
    const connections = Math.max(...samples.map((sample) => sample.connections));
    const opacity = connections === 0 ? 0 : (0.04 + (0.12 * connections) / mostConnections).toFixed(2);
    return `<rect x="${x(from).toFixed(1)}" y="${top}" width="${(x(to) - x(from)).toFixed(1)}" height="${bottom - top}" fill="#2563eb" fill-opacity="${opacity}"/><text x="${((x(from) + x(to)) / 2).toFixed(1)}" y="${height - 12}" text-anchor="middle">${value}</text>`;
  });
  const tick = [10, 20, 30, 60, 120, 300].find((seconds) => last / seconds <= 10) ?? 600;
  const ticks = Array.from({ length: Math.floor(last / tick) + 1 }, (_, index) => index * tick).map(
    (second) => `<text x="${x(second)}" y="${bottom + 16}" text-anchor="middle" fill="#6b7280">${second} s</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${title}">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${left}" y="26" font-size="15">${title}</text>
${[...bands, ...ticks, ...marks(samples, x, bottom), ...panels.map((each, index) => panel(each, index, x))].join("\n")}
</svg>
`;
}
