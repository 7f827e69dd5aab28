import type { Asked } from "@/api/answers";
import type { Meta } from "@/api/meta";
import type { Answer } from "@/api/use-answer";

/** What an answer of tests says of itself: thirty days that end on 27 November 2026, compared with those before. */
export function metaOf(changes: Partial<Meta> = {}): Meta {
  return {
    requestId: "request-1",
    asOf: "2026-11-27T12:00:00Z",
    timezone: "UTC",
    weekStart: "monday",
    from: "2026-10-29T00:00:00Z",
    to: "2026-11-27T12:00:00Z",
    future: false,
    previousFrom: "2026-09-29T00:00:00Z",
    previousTo: "2026-10-28T12:00:00Z",
    source: "rollup",
    ledger: { clean: 30, dirty: 0 },
    cached: false,
    approximate: false,
    definition: "What it means.",
    ...changes,
  };
}

/** An answer of tests, as a card takes it. */
export function answerOf<T>(data: T | undefined, changes: Partial<Answer<T>> = {}): Answer<T> {
  const asked: Asked = {
    address: "/admin/analytics/api/dashboard?period=30d&compare=previous",
    notHonoured: [],
  };
  return {
    data,
    error: null,
    isStale: false,
    isFetching: false,
    at: Date.now(),
    retry: () => undefined,
    asked,
    ...changes,
  };
}
