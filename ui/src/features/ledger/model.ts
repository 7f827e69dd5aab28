import type { Ledger, LedgerDay } from "./queries";

/** How the ledger is, in one word. */
export type LedgerState = "empty" | "complete" | "waiting";

/** Returns how the ledger is as a whole. */
export function stateOf({ days, dirty, started }: Ledger): LedgerState {
  if (days === 0) return "empty";
  return dirty + started > 0 ? "waiting" : "complete";
}

/** The sign of a state, so that it is not told by its colour alone. */
export function signOf(state: string): string {
  return { clean: "✓", started: "◐", dirty: "○" }[state] ?? "?";
}

/** Returns the day with most events; `undefined` of none. */
export function largestDay(days: LedgerDay[]): LedgerDay | undefined {
  return days.reduce<LedgerDay | undefined>(
    (most, day) => (day.events > (most?.events ?? 0) ? day : most),
    undefined,
  );
}

/** Returns what is wrong with the days of a refill: `from` and `last` are both filled. */
export function refillProblem(from: string, last: string): "missing" | "order" | undefined {
  if (!from || !last) return "missing";
  return from > last ? "order" : undefined;
}
