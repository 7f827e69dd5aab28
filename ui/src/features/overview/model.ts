import { type PlainDate, parseDate, weekday } from "@/lib/plain-date";

/** A bucket of a chart, as the API has it. */
export interface Bucket {
  date: string;
  value: number;
  previous: number | null;
  complete: boolean;
}

/** What is to be said of a series of days: its busiest one, and how much of it is on weekends. */
export interface SeriesFacts {
  busiest: Bucket;
  /** How many times the median of complete buckets the busiest is. */
  timesUsual: number;
  /** Percent of all that is on Saturdays and Sundays; `null` where buckets are no days. */
  weekendPercent: number | null;
}

/** Returns what is to be said of a series; `undefined` where nothing happened. */
export function factsOf(series: Bucket[], isDaily: boolean): SeriesFacts | undefined {
  const busiest = series.reduce<Bucket | undefined>(
    (most, bucket) => (bucket.value > (most?.value ?? 0) ? bucket : most),
    undefined,
  );
  if (!busiest) return undefined;
  const values = series.filter((bucket) => bucket.complete).map((bucket) => bucket.value);
  const usual = median(values);
  const all = series.reduce((sum, bucket) => sum + bucket.value, 0);
  const isWeekend = (date: PlainDate | undefined) => date !== undefined && weekday(date) >= 5;
  const onWeekends = series
    .filter((bucket) => isWeekend(parseDate(bucket.date)))
    .reduce((sum, bucket) => sum + bucket.value, 0);
  return {
    busiest,
    timesUsual: usual > 0 ? busiest.value / usual : 0,
    weekendPercent: isDaily && all > 0 ? (100 * onWeekends) / all : null,
  };
}

/** Returns the median; of an even number the mean of the two in the middle, 0 of none. */
export function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The hour of the week with the most messages: 0 is Monday; the earliest of equals. `undefined` where there are none. */
export function busiestHour(heatmap: number[][]): { day: number; hour: number; value: number } | undefined {
  let most: { day: number; hour: number; value: number } | undefined;
  for (const [day, hours] of heatmap.entries()) {
    for (const [hour, value] of hours.entries()) {
      if (value > (most?.value ?? 0)) most = { day, hour, value };
    }
  }
  return most;
}
