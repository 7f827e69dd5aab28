import { addDays, dateIn, daysBetween, type PlainDate, parseDate, weekday } from "@/lib/plain-date";

/** A bucket of a chart, as the API has it. */
export interface SeriesBucket {
  date: string;
  value: number;
  complete: boolean;
}

/** What is to be said of a series of days: its busiest one, and how much of it is on weekends. */
export interface SeriesFacts<B extends SeriesBucket> {
  busiest: B;
  /** How many times the median of complete buckets the busiest is. */
  timesUsual: number;
  /** Percent of all that is on Saturdays and Sundays; `null` where buckets are no days, or less than a week. */
  weekendPercent: number | null;
}

/** Returns what is to be said of a series; `undefined` where nothing happened. */
export function factsOf<B extends SeriesBucket>(series: B[], isDaily: boolean): SeriesFacts<B> | undefined {
  const busiest = series.reduce<B | undefined>(
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
    weekendPercent: isDaily && all > 0 && series.length >= 7 ? (100 * onWeekends) / all : null,
  };
}

/** Returns the median; of an even number the mean of the two in the middle, 0 of none. */
export function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** An hour of the week: 0 is Monday. */
export interface WeekHour {
  day: number;
  hour: number;
  value: number;
}

/** Returns the hour of the week with the most messages, the earliest of equals; `undefined` where there are none. */
export function busiestHour(heatmap: number[][]): WeekHour | undefined {
  let most: WeekHour | undefined;
  for (const [day, hours] of heatmap.entries()) {
    for (const [hour, value] of hours.entries()) {
      if (value > (most?.value ?? 0)) most = { day, hour, value };
    }
  }
  return most;
}

/** Returns the shortest stretch of hours of the day with at least half of everything; `undefined` of nothing. */
export function coreHours(heatmap: number[][]): { from: number; to: number } | undefined {
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    heatmap.reduce((sum, hours) => sum + (hours[hour] ?? 0), 0),
  );
  const half = byHour.reduce((sum, value) => sum + value, 0) / 2;
  if (half === 0) return undefined;
  for (let length = 1; length <= 24; length += 1) {
    const starts = Array.from({ length: 25 - length }, (_, from) => {
      const sum = byHour.slice(from, from + length).reduce((all, value) => all + value, 0);
      return { from, to: from + length, sum };
    });
    const best = starts.reduce((most, one) => (one.sum > most.sum ? one : most));
    if (best.sum >= half) return { from: best.from, to: best.to };
  }
  return undefined;
}

/** A channel that is written in much more, or much less, than before. */
export interface Mover {
  id: string;
  name: string;
  percent: number;
}

/** A row of the list of channels, as far as its change is concerned. */
export interface ChangedChannel {
  channelId: string;
  name: string;
  growthPercent?: number | null;
  previousMessageCount?: number | null;
  messageCount: number;
}

/** Fewer messages before say nothing about a change. */
const LEAST_BEFORE = 20;
const LEAST_PERCENT = 25;

/** Returns the channel that grew most and the one that shrank most, by messages; those that changed little are none. */
export function moversOf(channels: ChangedChannel[]): Mover[] {
  const changed = channels.flatMap((row) => {
    const { growthPercent: percent, previousMessageCount: before } = row;
    if (percent == null || before == null || before < LEAST_BEFORE || Math.abs(percent) < LEAST_PERCENT)
      return [];
    return [{ id: row.channelId, name: row.name, percent, delta: row.messageCount - before }];
  });
  const by = (sign: 1 | -1) =>
    changed
      .filter((one) => Math.sign(one.delta) === sign)
      .sort((one, other) => Math.abs(other.delta) - Math.abs(one.delta))
      .slice(0, 1);
  return [...by(1), ...by(-1)].map(({ id, name, percent }) => ({ id, name, percent }));
}

/** Returns the day that each bucket of a day is compared with; `undefined` where buckets are no days. */
export function comparedDates(
  series: { date: string; previous?: number | null }[],
  meta: { previousFrom?: string | null; timezone: string },
): string[] | undefined {
  const [first, second] = series.map(({ date }) => parseDate(date));
  if (!first || !meta.previousFrom || (second && daysBetween(first, second) !== 1)) return undefined;
  const before = dateIn(meta.previousFrom, meta.timezone);
  return series.map((_, place) => addDays(before, place));
}

/** Returns what happened as flags over the buckets in which it began. */
export function flagsOf(
  annotations: { title: string; at?: string | null; from?: string | null }[],
  series: { date: string; end: string }[],
): { place: number; title: string }[] {
  return annotations.flatMap(({ title, at, from }) => {
    const instant = at ?? from;
    const place = instant ? series.findIndex(({ end }) => Date.parse(instant) < Date.parse(end)) : -1;
    return place === -1 ? [] : [{ place, title }];
  });
}

/** Returns rows by day, in their order. */
export function byDay<Row>(rows: Row[], dayOf: (row: Row) => string): [string, Row[]][] {
  const days = new Map<string, Row[]>();
  for (const row of rows) days.set(dayOf(row), [...(days.get(dayOf(row)) ?? []), row]);
  return [...days];
}

/** Returns how many of the latest rows were not there before. */
export function newSince(before: { eventId: string }[], latest: { eventId: string }[]): number {
  const known = new Set(before.map(({ eventId }) => eventId));
  return latest.filter(({ eventId }) => !known.has(eventId)).length;
}
