import type { Narrowing } from "@/api/routes";
import { addDays, daysBetween, parseDate } from "@/lib/plain-date";
import type { Scope } from "@/lib/url-state";

/** How people stand to the span before: the names of `GET /users`. */
export const LIFECYCLES = ["new", "kept", "returning", "churned"] as const;
export type LifecycleName = (typeof LIFECYCLES)[number];

/** Returns how many people write so much of all messages; `undefined` where the list is too short to say. */
export function writersFor(share: number, counts: number[], total: number): number | undefined {
  if (total <= 0) return undefined;
  let sum = 0;
  for (const [place, count] of counts.entries()) {
    sum += count;
    if (sum >= share * total) return place + 1;
  }
  return undefined;
}

/**
 * How many people were active in the span directly before: those who stayed and those who left.
 * `undefined` where something narrows the page by which this is not counted.
 */
export function activeBefore(
  summary: { kept: number; churned?: number | null } | undefined,
  notHonoured: Narrowing[],
): number | undefined {
  if (summary?.churned == null || notHonoured.length > 0) return undefined;
  // Nobody before is a span before the history began, more often than an empty chat.
  return summary.kept + summary.churned || undefined;
}

/** Messages against the span before: `null` where there were none then, `undefined` where nothing is compared. */
export function changeOf(row: {
  messageCount: number;
  previousMessageCount?: number | null;
}): number | null | undefined {
  const { messageCount, previousMessageCount } = row;
  if (previousMessageCount == null) return undefined;
  if (previousMessageCount === 0) return messageCount === 0 ? 0 : null;
  return (100 * (messageCount - previousMessageCount)) / previousMessageCount;
}

/**
 * Returns what the list behind a part of people is narrowed by. Those who left were not active, and lists are of
 * those who were unless told otherwise.
 */
export function drillOwn(part: LifecycleName): Record<string, string> {
  return part === "churned" ? { lifecycle: part, active: "false" } : { lifecycle: part };
}

/** Days that the API lists one by one. */
const MOST_DAYS = 366;

/** Returns the scope, of which at most the last year is left. */
export function lastYear(scope: Scope): Scope {
  const [from, to] = [parseDate(scope.from?.slice(0, 10) ?? ""), parseDate(scope.to?.slice(0, 10) ?? "")];
  if (from && to)
    return daysBetween(from, to) > MOST_DAYS ? { ...scope, from: addDays(to, -MOST_DAYS) } : scope;
  return scope.period === "all" ? { ...scope, period: "365d" } : scope;
}
