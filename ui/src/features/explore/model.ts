import type { Asking } from "./asking";
import type { Metric, Row } from "./queries";

export type ChartKind = "line" | "bars" | "heat" | "table";

const ORDERED = ["hourOfDay", "weekday"];

/** Returns the charts that the answer to a question can be drawn as, the fitting one first. */
export function chartsOf({ metrics, dimensions, groupBy }: Asking, known: Metric[]): ChartKind[] {
  const units = new Set(metrics.map((name) => known.find((metric) => metric.name === name)?.unit));
  if (units.has("instant") || (units.size > 1 && metrics.length > 1 && dimensions.length === 0 && !groupBy))
    return ["table"];
  const [first, second] = dimensions;
  const isWeek =
    first === "hourOfWeek" || (dimensions.length === 2 && ORDERED.every((name) => dimensions.includes(name)));
  if (groupBy) {
    if (dimensions.length === 0) return ["line", "bars", "table"];
    return dimensions.length === 1 ? ["line", "heat", "table"] : ["table"];
  }
  if (isWeek) return ["heat", "table"];
  if (dimensions.length === 1) return ["bars", "table"];
  return first && second && dimensions.length === 2 ? ["heat", "table"] : ["table"];
}

/** The text of a key by which rows are told apart; `null` has one of its own. */
export function keyOf(row: Row, dimension: string): string {
  const key: unknown = row.keys[dimension];
  return key === null || key === undefined ? "" : String(key);
}

/** A line, a bar or a row of a heat map: one value of a dimension over another one or over time. */
interface Series {
  /** The key; empty for none. */
  key: string;
  name: string | undefined;
  values: (number | null)[];
  total: number;
}

/** Rows over columns, with the series that are largest in all. */
export interface Pivot {
  columns: string[];
  series: Series[];
  /** How many series are not among them. */
  others: number;
  /** What they have together; only where values may be added up. */
  rest: (number | null)[] | undefined;
}

/** Returns the rows of an answer with one dimension down and one (or time) across; at most `most` series. */
export function pivot(
  rows: Row[],
  metric: string,
  down: string,
  across: string,
  most: number,
  adds: boolean,
): Pivot {
  const columns = [...new Set(rows.map((row) => keyOf(row, across)))].sort(byKey);
  const places = new Map(columns.map((column, place) => [column, place]));
  const all = new Map<string, Series>();
  for (const row of rows) {
    const key = keyOf(row, down);
    const series = all.get(key) ?? {
      key,
      name: row.names?.[down],
      // Of what adds up, no row is none of it; else nobody knows.
      values: columns.map(() => (adds ? 0 : null)),
      total: 0,
    };
    const value = row.values[metric] ?? null;
    series.values[places.get(keyOf(row, across)) ?? 0] = value;
    series.total += value ?? 0;
    all.set(key, series);
  }
  const sorted = [...all.values()].sort((one, other) => other.total - one.total);
  const left = sorted.slice(most);
  const sum = (place: number) => left.reduce((sum, one) => sum + (one.values[place] ?? 0), 0);
  return {
    columns,
    series: sorted.slice(0, most),
    others: left.length,
    rest: adds && left.length > 0 ? columns.map((_, place) => sum(place)) : undefined,
  };
}

/** Numbers by size, all else by text. */
function byKey(one: string, other: string): number {
  const [a, b] = [Number(one), Number(other)];
  return one !== "" && other !== "" && !Number.isNaN(a) && !Number.isNaN(b) ? a - b : one < other ? -1 : 1;
}

/** The row with the largest value, and its share of the whole where values add up. */
export function largestRow(
  rows: Row[],
  metric: string,
  total: number | null | undefined,
  adds: boolean,
): { row: Row; value: number; percent: number | null } | undefined {
  let most: { row: Row; value: number } | undefined;
  for (const row of rows) {
    const value = row.values[metric];
    if (value != null && value > 0 && value > (most?.value ?? 0)) most = { row, value };
  }
  if (!most) return undefined;
  return { ...most, percent: adds && total ? (100 * most.value) / total : null };
}

/** Returns the week of an answer by weekday and hour: 7 rows of 24; what is in no row is 0. */
export function weekOf(rows: Row[], metric: string): number[][] {
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const row of rows) {
    const hourOfWeek: unknown = row.keys["hourOfWeek"];
    const place =
      hourOfWeek === undefined
        ? Number(row.keys["weekday"]) * 24 + Number(row.keys["hourOfDay"])
        : Number(hourOfWeek);
    const day = week[Math.floor(place / 24)];
    if (day) day[place % 24] = row.values[metric] ?? 0;
  }
  return week;
}
