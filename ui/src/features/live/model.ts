import type { EventRow } from "@/api/event";
import type { Realtime } from "./queries";

/** The minute with most messages; the latest of equals, `undefined` where there are none. */
export function peakMinute(minutes: Realtime["minutes"]): Realtime["minutes"][number] | undefined {
  return minutes.reduce<Realtime["minutes"][number] | undefined>(
    (most, minute) => (minute.messages > 0 && minute.messages >= (most?.messages ?? 0) ? minute : most),
    undefined,
  );
}

/** Returns how many of the latest events are not among those that are held on the screen. */
export function countNew(latest: EventRow[], held: EventRow[]): number {
  const known = new Set(held.map((event) => event.eventId));
  return latest.filter((event) => !known.has(event.eventId)).length;
}

/** How the line to the service is. */
export type LineState = "connected" | "paused" | "still" | "broken";

/** Returns how the line is: what rests on purpose is not broken. */
export function lineState(of: { isPaused: boolean; isStill: boolean; hasError: boolean }): LineState {
  if (of.hasError) return "broken";
  if (of.isStill) return "still";
  return of.isPaused ? "paused" : "connected";
}
