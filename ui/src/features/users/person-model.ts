import { addDays, daysBetween, type PlainDate, parseDate } from "@/lib/plain-date";

interface CalendarBucket {
  date: string;
  messageCount: number;
}

/** Returns every day of a span with its messages; days that the API leaves out are those without any. */
export function wholeCalendar(
  days: CalendarBucket[],
  first: PlainDate,
  last: PlainDate,
): { date: PlainDate; value: number }[] {
  const byDate = new Map(days.map((day) => [day.date, day.messageCount]));
  return Array.from({ length: daysBetween(first, last) + 1 }, (_, place) => {
    const date = addDays(first, place);
    return { date, value: byDate.get(date) ?? 0 };
  });
}

/** A stretch of days without a message. */
export interface Pause {
  first: PlainDate;
  last: PlainDate;
  days: number;
}

/** Returns the longest stretch without a message after the first one; `undefined` where there is none. */
export function longestPause(days: { date: string; value: number }[]): Pause | undefined {
  let longest: Pause | undefined;
  let start: string | undefined;
  const from = days.findIndex((day) => day.value > 0);
  if (from === -1) return undefined;
  for (const day of days.slice(from)) {
    if (day.value > 0) {
      start = undefined;
      continue;
    }
    start ??= day.date;
    const [first, last] = [parseDate(start), parseDate(day.date)];
    if (!first || !last) continue;
    const length = daysBetween(first, last) + 1;
    if (length > (longest?.days ?? 0)) longest = { first, last, days: length };
  }
  return longest;
}
