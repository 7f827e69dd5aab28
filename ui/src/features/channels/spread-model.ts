/**
 * Returns the Lorenz curve of counts: how much of everything the smallest so many have, in percent, at each of
 * `steps` equal steps from none of them to all.
 */
export function lorenz(counts: number[], steps: number): number[] {
  const sorted = counts.toSorted((one, other) => one - other);
  const all = sorted.reduce((sum, count) => sum + count, 0);
  const sums = [0];
  for (const count of sorted) sums.push((sums.at(-1) ?? 0) + count);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const place = (step / steps) * sorted.length;
    const [lower, upper] = [sums[Math.floor(place)] ?? 0, sums[Math.ceil(place)] ?? 0];
    const sum = lower + (upper - lower) * (place - Math.floor(place));
    return all > 0 ? (100 * sum) / all : 0;
  });
}
