/**
 * Calendar dates without time or zone, as `YYYY-MM-DD`.
 *
 * A day of a chart is a date in the reporting zone. It never becomes an instant of the browser's zone:
 * that would move it by a day for half of the world.
 */
export type PlainDate = string & { readonly __plainDate: unique symbol };

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY = 86_400_000;

/** Returns the date that a text is, or `undefined` for what is none. */
export function parseDate(text: string): PlainDate | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [, year, month, day] = match;
  const days = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return toText(days) === text ? (text as PlainDate) : undefined;
}

/** Returns the date so many days later, or earlier for a negative number. */
export function addDays(date: PlainDate, days: number): PlainDate {
  return toText(toUtc(date) + days * DAY) as PlainDate;
}

/** Returns how many days a date is after another. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return Math.round((toUtc(to) - toUtc(from)) / DAY);
}

/** Returns the day of the week: 0 is Monday. */
export function weekday(date: PlainDate): number {
  return (new Date(toUtc(date)).getUTCDay() + 6) % 7;
}

/** Returns the date on which an instant is in a zone. */
export function dateIn(instant: string | number, zone: string): PlainDate {
  // The Swedish form of a date is that of ISO 8601.
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return format.format(new Date(instant)) as PlainDate;
}

/** Returns an instant that is on the date in UTC, for formats that are told `timeZone: "UTC"`. */
export function toUtc(date: PlainDate): number {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return Date.UTC(year, month - 1, day);
}

function toText(utc: number): string {
  return Number.isNaN(utc) ? "" : new Date(utc).toISOString().slice(0, 10);
}
