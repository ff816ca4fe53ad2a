/** @param {number[]} values at least one */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median over rounds of the ratio that each round gives by itself, to two digits. */
export function medianRatio(values, references) {
  return Number(median(values.map((value, round) => value / references[round])).toFixed(2));
}
