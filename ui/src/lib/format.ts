import { addDays, dateIn, type PlainDate, parseDate, toUtc } from "./plain-date";

/**
 * Numbers and times in words, in one language and zone. Nothing else formats them.
 */
export interface Format {
  /** The zone in which times are written. */
  timezone: string;
  /** The language, for what is written otherwise. */
  locale: string;
  /** Exact up to 99,999, compact above. */
  figure(value: number): string;
  /** Exact, whatever its size. */
  exact(value: number): string;
  /** A share of one hundred, with one decimal where nothing is said. */
  percent(value: number, isSigned?: boolean, decimals?: 0 | 1): string;
  /** Two units at most: "3 min 20 s". */
  duration(seconds: number): string;
  /** "Tue 10 Jun", with the year where it is not this one. */
  day(date: string): string;
  /** "10 Jun". */
  shortDay(date: string): string;
  /** "10 Jun", whatever the year. */
  dayOfYear(date: string): string;
  /** "Jun 2026". */
  monthOfYear(date: string): string;
  /** "28 Oct – 26 Nov": both ends included. */
  days(first: PlainDate, last: PlainDate): string;
  /** "June 2026", of any day in it. */
  month(date: string): string;
  /** "Jun". */
  shortMonth(date: string): string;
  /** "Mon", or "Monday": 0 is Monday. */
  weekday(day: number, width?: "short" | "long"): string;
  /** The local day of an instant. */
  dateOf(instant: string): PlainDate;
  /** "14:02". */
  time(instant: string): string;
  /** "14:02:10". */
  clock(instant: string): string;
  /** "10:46" today, else "25 Nov", in numbers where it was in another year. */
  last(instant: string, now: string): string;
  /** "Europe/Berlin (UTC+2)". */
  zone(at: string): string;
}

const COMPACT_FROM = 100_000;

/** A Monday in UTC, from which the names of weekdays come. */
const MONDAY = Date.UTC(2024, 0, 1);

/** Returns how a language writes numbers and times of a zone; `today` says which year needs no number. */
export function createFormat(locale: string, zone: string, today: PlainDate): Format {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const percent = (isSigned: boolean, decimals: number) =>
    new Intl.NumberFormat(locale, {
      style: "percent",
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: isSigned ? "exceptZero" : "auto",
    });
  const plain = { 0: percent(false, 0), 1: percent(false, 1) };
  const signed = { 0: percent(true, 0), 1: percent(true, 1) };
  const unit = (name: string) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: 0,
    });
  const units = { day: unit("day"), hour: unit("hour"), minute: unit("minute"), second: unit("second") };
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  const withWeekday = dates({ weekday: "short", day: "numeric", month: "short" });
  const withWeekdayAndYear = dates({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
  const short = dates({ day: "numeric", month: "short" });
  const shortWithYear = dates({ day: "numeric", month: "short", year: "numeric" });
  const month = dates({ month: "long", year: "numeric" });
  const monthOfYear = dates({ month: "short", year: "numeric" });
  const numeric = dates({ dateStyle: "short" });
  const shortMonth = dates({ month: "short" });
  const weekdays = { short: dates({ weekday: "short" }), long: dates({ weekday: "long" }) };
  const time = new Intl.DateTimeFormat(locale, { timeZone: zone, hour: "numeric", minute: "2-digit" });
  const clock = new Intl.DateTimeFormat(locale, { timeZone: zone, timeStyle: "medium" });
  const isThisYear = (date: PlainDate) => date.slice(0, 4) === today.slice(0, 4);
  const of = (text: string, write: (date: PlainDate) => string) => {
    const date = parseDate(text.slice(0, 10));
    return date === undefined ? text : write(date);
  };

  return {
    timezone: zone,
    locale,
    figure: (value) => (Math.abs(value) < COMPACT_FROM ? number : compact).format(value),
    exact: (value) => number.format(value),
    percent: (value, isSigned = false, decimals = 1) =>
      (isSigned ? signed : plain)[decimals].format(value / 100).replaceAll("-", "−"),
    duration(seconds) {
      const whole = Math.max(0, Math.round(seconds));
      const parts = [
        units.day.format(Math.floor(whole / 86_400)),
        units.hour.format(Math.floor(whole / 3_600) % 24),
        units.minute.format(Math.floor(whole / 60) % 60),
        units.second.format(whole % 60),
      ];
      const sizes = [86_400, 3_600, 60, 1];
      const first = sizes.findIndex((size) => whole >= size);
      if (first === -1) return units.second.format(0);
      const second = Math.floor((whole % (sizes[first] ?? 1)) / (sizes[first + 1] ?? 1));
      return parts.slice(first, second > 0 ? first + 2 : first + 1).join(" ");
    },
    day: (text) =>
      of(text, (date) => (isThisYear(date) ? withWeekday : withWeekdayAndYear).format(toUtc(date))),
    shortDay: (text) => of(text, (date) => (isThisYear(date) ? short : shortWithYear).format(toUtc(date))),
    dayOfYear: (text) => of(text, (date) => short.format(toUtc(date))),
    monthOfYear: (text) => of(text, (date) => monthOfYear.format(toUtc(date))),
    days(first, last) {
      const format = isThisYear(first) && isThisYear(last) ? short : shortWithYear;
      return format.formatRange(toUtc(first), toUtc(last));
    },
    month: (text) => of(text, (date) => month.format(toUtc(date))),
    shortMonth: (text) => of(text, (date) => shortMonth.format(toUtc(date))),
    weekday: (day, width = "short") => weekdays[width].format(MONDAY + day * 86_400_000),
    dateOf: (instant) => dateIn(instant, zone),
    time: (instant) => time.format(new Date(instant)),
    clock: (instant) => clock.format(new Date(instant)),
    last(instant, now) {
      const date = dateIn(instant, zone);
      if (date === dateIn(now, zone)) return time.format(new Date(instant));
      return isThisYear(date) ? short.format(toUtc(date)) : numeric.format(toUtc(date));
    },
    zone(at) {
      const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" });
      const offset =
        parts.formatToParts(new Date(at)).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
      const shift = offset.replace("GMT", "UTC").replace("-", "−");
      return zone === "UTC" ? "UTC" : `${zone} (${shift})`;
    },
  };
}

/** Returns the first and the last local day of a half-open span of instants; `undefined` of an empty one. */
export function daysOf(from: string, to: string, zone: string): [PlainDate, PlainDate] | undefined {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  if (!(begin < end)) return undefined;
  const [first, last] = [dateIn(begin, zone), dateIn(end - 1, zone)];
  return first <= last ? [first, last] : [last, addDays(last, 0)];
}

/** Returns how long ago something was: "2 min ago", "just now". */
export function ago(locale: string, seconds: number): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  if (seconds < 60) return relative.format(0, "second");
  if (seconds < 3_600) return relative.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3_600), "hour");
  return relative.format(-Math.floor(seconds / 86_400), "day");
}
