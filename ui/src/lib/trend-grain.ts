import { daysBetween, parseDate } from "./plain-date";
import type { Grain, Scope } from "./url-state";

const LONG: Partial<Record<Scope["period"], Grain>> = {
  "90d": "week",
  "365d": "week",
  "6mo": "week",
  "12mo": "week",
  thisQuarter: "week",
  thisYear: "week",
  all: "month",
};

/** Returns the width of the buckets of small charts in rows, so that they are few: at most about 60. */
export function trendGrain(scope: Scope): Grain {
  const [from, to] = [parseDate(scope.from?.slice(0, 10) ?? ""), parseDate(scope.to?.slice(0, 10) ?? "")];
  if (!from || !to) return LONG[scope.period] ?? "day";
  const days = daysBetween(from, to);
  return days <= 62 ? "day" : days <= 430 ? "week" : "month";
}
