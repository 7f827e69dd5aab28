/** The colours of series, in their order; a sixth one is Other. */
const COLOURS = [
  "var(--series-1)",
  "var(--series-2)",
  "var(--series-3)",
  "var(--series-4)",
  "var(--series-5)",
];

/** The dash of each series, so that colour is not the only difference. */
export const DASHES = [undefined, "6 3", "2 3", "8 3 2 3", "12 4"];

/** Returns the colour of a series by its place. */
export function seriesColour(place: number): string {
  return COLOURS[place] ?? "var(--series-other)";
}
