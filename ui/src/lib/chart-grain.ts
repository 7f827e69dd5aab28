import { dateIn, daysBetween, parseDate } from "./plain-date";
import type { Grain, Period, Scope } from "./url-state";

/** Roughly how many days a period has. */
const DAYS: Record<Exclude<Period, "all">, number> = {
  today: 1,
  yesterday: 1,
  "24h": 1,
  "7d": 7,
  "14d": 14,
  "30d": 30,
  "90d": 90,
  "365d": 365,
  "6mo": 183,
  "12mo": 365,
  thisWeek: 7,
  lastWeek: 7,
  thisMonth: 31,
  lastMonth: 31,
  thisQuarter: 92,
  thisYear: 366,
};

/** What spans are known by beside the address: the first event, and now. */
export interface Known {
  firstEvent: string | null | undefined;
  now: string;
}

/** Returns the width of the buckets of a chart over time, so that a line of them can be read. */
export function chartGrain(scope: Scope, known: Known): Grain {
  if (scope.groupBy) return scope.groupBy;
  const days = spanDays(scope, known);
  if (days <= 2) return "hour";
  return days <= 190 ? "day" : days <= 900 ? "week" : "month";
}

function spanDays(scope: Scope, { firstEvent, now }: Known): number {
  const [from, to] = [parseDate(scope.from?.slice(0, 10) ?? ""), parseDate(scope.to?.slice(0, 10) ?? "")];
  if (from && to) return Math.max(1, daysBetween(from, to));
  if (scope.period !== "all") return DAYS[scope.period];
  return firstEvent ? daysBetween(dateIn(firstEvent, "UTC"), dateIn(now, "UTC")) + 1 : 1;
}
