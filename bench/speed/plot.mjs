const [width, height, left, top, right, bottom] = [760, 420, 64, 48, 20, 56];
const colours = ["#6b7280", "#2563eb", "#9ca3af", "#60a5fa"];

/** An SVG of p99 against load, a line for each server and body. @returns {string} */
export function plotLatency(points) {
  const series = Map.groupBy(points, ({ name, body }) => `${name}, ${(body / 1000).toFixed(1)} kB`);
  const highest = Math.max(...points.map(({ p99 }) => p99));
  const exponent = Math.ceil(Math.log10(highest));
  const lowest = Math.floor(Math.log10(Math.min(...points.map(({ p99 }) => p99))));
  const x = (share) => left + share * (width - left - right);
  const y = (ms) => height - bottom - ((Math.log10(ms) - lowest) / (exponent - lowest)) * (height - top - bottom);
  const grid = Array.from({ length: exponent - lowest + 1 }, (_, step) => 10 ** (lowest + step)).map(
    (ms) =>
      `<path d="M${left} ${y(ms)}H${width - right}" stroke="#d1d5db"/><text x="${left - 8}" y="${y(ms) + 4}" text-anchor="end">${ms} ms</text>`,
  );
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (share) => `<text x="${x(share)}" y="${height - bottom + 20}" text-anchor="middle">${share * 100} %</text>`,
  );
  const lines = [...series].map(([name, list], index) => {
    const colour = colours[index % colours.length];
    const path = list
      .map(({ share, p99 }, at) => `${at ? "L" : "M"}${x(share).toFixed(1)} ${y(p99).toFixed(1)}`)
      .join("");
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/><rect x="${left + 12}" y="${top + index * 20}" width="16" height="4" fill="${colour}"/><text x="${left + 36}" y="${top + 6 + index * 20}">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" role="img" aria-label="p99 latency against load">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${left}" y="24" font-size="15">p99 of cached answers, open loop, by share of each server's own saturation</text>
${grid.join("\n")}
${ticks.join("\n")}
<text x="${(left + width) / 2}" y="${height - 12}" text-anchor="middle">load</text>
${lines.join("\n")}
</svg>
`;
}
