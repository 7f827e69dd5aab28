import { addDays, daysBetween, type PlainDate, parseDate, toUtc } from "@/lib/plain-date";
import type { Compare, Period } from "@/lib/url-state";

/** A span of days, both ends included. */
export type Days = [PlainDate, PlainDate];

/** The periods with a key, and the key. */
export const PERIOD_KEYS: Partial<Record<Period, string>> = {
  today: "d",
  "7d": "w",
  "30d": "m",
  "90d": "q",
  "365d": "y",
  all: "a",
};

/** Periods of so many days that end today, which are compared with as many days. */
const ROLLING: readonly Period[] = ["today", "yesterday", "24h", "7d", "14d", "30d", "90d", "365d"];

/** Returns the span so many of its own lengths later. */
export function shift([first, last]: Days, steps: number): Days {
  const length = daysBetween(first, last) + 1;
  return [addDays(first, steps * length), addDays(last, steps * length)];
}

/**
 * Returns the days that a comparison comes to; `undefined` where only the API knows, as for a part of a
 * month.
 */
export function comparedDays(days: Days, compare: Compare, period: Period | undefined): Days | undefined {
  const [first, last] = days;
  if (compare === "previous") {
    return period === undefined || ROLLING.includes(period) ? shift(days, -1) : undefined;
  }
  if (compare === "weekday") {
    const weeks = Math.ceil((daysBetween(first, last) + 1) / 7);
    return [addDays(first, -7 * weeks), addDays(last, -7 * weeks)];
  }
  if (compare === "year") return [yearBefore(first), yearBefore(last)];
  const [from, to] = compare.split("..").map(parseDate);
  return from && to ? [from, addDays(to, -1)] : undefined;
}

function yearBefore(date: PlainDate): PlainDate {
  const year = String(Number(date.slice(0, 4)) - 1).padStart(4, "0");
  const same = parseDate(`${year}${date.slice(4)}`);
  // 29 February has none in the year before.
  return same ?? (`${year}-02-28` as PlainDate);
}

/** Returns the days of a month in weeks of seven, from the first day of the week on; others' days are `null`. */
export function weeksOf(month: PlainDate, weekStart: number): (PlainDate | null)[][] {
  const first = `${month.slice(0, 7)}-01` as PlainDate;
  const before = (((new Date(toUtc(first)).getUTCDay() + 6) % 7) - weekStart + 7) % 7;
  const weeks: (PlainDate | null)[][] = [];
  for (let day = addDays(first, -before); day.slice(0, 7) <= first.slice(0, 7); day = addDays(day, 7)) {
    const week = Array.from({ length: 7 }, (_, place) => addDays(day, place));
    weeks.push(week.map((date) => (date.slice(0, 7) === first.slice(0, 7) ? date : null)));
  }
  return weeks;
}

/** Returns the first day of the month so many months later. */
export function monthAfter(month: PlainDate, months: number): PlainDate {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 10) as PlainDate;
}

/** Returns the number of the day that weeks begin with: 0 is Monday. */
export function weekStartOf(name: string | undefined): number {
  return name === "sunday" ? 6 : name === "saturday" ? 5 : 0;
}
