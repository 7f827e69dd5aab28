import type { Format } from "./format";
import { parseDate } from "./plain-date";

/** A bucket of a series, as the API has it: a local day, or the instant at which an hour begins. */
export interface Bucket {
  date: string;
  end: string;
}

/** Returns whether buckets are of whole days, and not of hours. */
function isOfDays(date: string): boolean {
  return date.length === 10;
}

/** Returns the name of a bucket under an axis: "10 Jun", or "14:00". */
export function bucketLabel(date: string, format: Format): string {
  return isOfDays(date) ? format.shortDay(date) : format.time(date);
}

/**
 * Returns the names of buckets under an axis. A year that all of them share is left to the period; over more
 * than a year the names are months.
 */
export function bucketLabels(dates: string[], format: Format): string[] {
  const [first, last] = [dates[0] ?? "", dates.at(-1) ?? ""];
  if (!isOfDays(first)) return dates.map((date) => format.time(date));
  const isOfOneYear = first.slice(0, 4) === last.slice(0, 4);
  return dates.map((date) => (isOfOneYear ? format.dayOfYear(date) : format.monthOfYear(date)));
}

/** Returns the name of a bucket as it is read aloud: "Tue 10 Jun", "10 – 16 Jun", or "Tue 10 Jun, 14:00". */
export function bucketTitle({ date, end }: Bucket, format: Format): string {
  if (!isOfDays(date)) return `${format.day(format.dateOf(date))}, ${format.time(date)}`;
  const first = parseDate(date);
  const last = format.dateOf(new Date(Date.parse(end) - 1).toISOString());
  return first === undefined || last === first ? format.day(date) : format.days(first, last);
}

/** Returns the span of a bucket, as a list behind it is asked for. */
export function bucketSpan({ date, end }: Bucket, format: Format): { from: string; to: string } {
  if (isOfDays(date)) return { from: date, to: format.dateOf(end) };
  return { from: new Date(date).toISOString(), to: new Date(end).toISOString() };
}
