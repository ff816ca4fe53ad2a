/** Resources of nearly the same rate. @typedef {{ count: number, rate: number }} Group requests a second of each */

/** Ranks that are a group of their own, and by how much the last rank of any other group is above its first. */
const single = 1000;
const growth = 1.02;

/** The sum of `rank ** -exponent` over the ranks from `first` to below `end`. */
function weightOf(first, end, exponent) {
  if (end - first === 1) return first ** -exponent;
  // Each rank is the middle of a step of the integral.
  const [low, high] = [first - 0.5, end - 0.5];
  return exponent === 1 ? Math.log(high / low) : (high ** (1 - exponent) - low ** (1 - exponent)) / (1 - exponent);
}

/**
 * The rates of resources whose popularity is by Zipf's law: the resource of rank r has a share of requests in proportion
 * to `r ** -exponent`.
 * @param {{ resources: number, exponent: number, rate: number }} load requests a second over all resources
 * @returns {Group[]} the most popular first
 */
export function toPopularity({ resources, exponent, rate }) {
  const groups = [];
  for (let first = 1; first <= resources;) {
    const end = first <= single ? first + 1 : Math.min(Math.ceil(first * growth), resources + 1);
    groups.push({ count: end - first, weight: weightOf(first, end, exponent) });
    first = end;
  }
  const all = groups.reduce((sum, { weight }) => sum + weight, 0);
  return groups.map(({ count, weight }) => ({ count, rate: (rate * weight) / all / count }));
}

/** The sum of a value over all resources. @param {(group: Group) => number} valueOf of one resource */
export const sumOver = (groups, valueOf) => groups.reduce((sum, group) => sum + group.count * valueOf(group), 0);

/** The same groups if each of `share` caches gets an equal part of the requests. */
export const dividedBy = (groups, share) => groups.map(({ count, rate }) => ({ count, rate: rate / share }));
