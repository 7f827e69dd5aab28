import { queryOptions } from "@tanstack/react-query";
import { type AnswerOf, answers } from "@/api/answers";
import { change } from "@/api/change";
import { DEFAULT_SCOPE } from "@/lib/url-state";

export type Ledger = AnswerOf<"ledger">;
export type LedgerDay = Ledger["list"][number];

/** A refused event as `GET dead-letters` lists it; the reference does not say its fields. */
export interface DeadLetter {
  id: string;
  receivedAt: string;
  source: string;
  code: string;
  reason: string;
  body: string;
}

/** Days of the calendar: a year and the weeks that are not whole. */
const CALENDAR_DAYS = 371;

/** What is being filled changes by itself. */
const POLL_MS = 30_000;

export const ledgerQueries = {
  calendar: () =>
    queryOptions({
      ...answers("ledger", DEFAULT_SCOPE, { limit: String(CALENDAR_DAYS) }),
      refetchInterval: POLL_MS,
    }),
};

/** Has days filled anew; `to` is the first day after them. */
export function refill(from: string, to: string): Promise<{ days: number }> {
  return change("POST", "ledger/refill", { from, to });
}
