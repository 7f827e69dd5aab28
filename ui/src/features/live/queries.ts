import { queryOptions } from "@tanstack/react-query";
import { type AnswerOf, answers } from "@/api/answers";
import type { Scope } from "@/lib/url-state";

export type Realtime = AnswerOf<"realtime">;

const POLL_MS = 5_000;
/** After an answer that did not come. */
const BACK_OFF_MS = 15_000;

/** What happens now: asked again and again while the page is in sight, unless it rests or stands at a moment. */
export function realtimeQuery(scope: Scope, isPaused: boolean) {
  const isStill = isPaused || scope.asOf !== undefined;
  return queryOptions({
    ...answers("realtime", scope, { latest: "30", limit: "8" }),
    staleTime: 0,
    refetchInterval: (query) => (isStill ? false : query.state.error ? BACK_OFF_MS : POLL_MS),
  });
}
