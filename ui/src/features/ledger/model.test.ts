import { expect, test } from "vitest";
import { largestDay, refillProblem, signOf, stateOf } from "./model";
import type { Ledger, LedgerDay } from "./queries";

const ledger = (days: number, dirty: number, started = 0) => ({ days, dirty, started }) as Ledger;

test("a ledger is complete only when no day waits", () => {
  expect(stateOf(ledger(0, 0))).toBe("empty");
  expect(stateOf(ledger(9, 0))).toBe("complete");
  expect(stateOf(ledger(9, 1))).toBe("waiting");
  expect(stateOf(ledger(9, 0, 1))).toBe("waiting");
  expect(["clean", "started", "dirty", "new"].map(signOf)).toEqual(["✓", "◐", "○", "?"]);
});

test("the largest day", () => {
  const days = [
    { day: "a", events: 0 },
    { day: "b", events: 7 },
  ] as LedgerDay[];
  expect(largestDay(days)?.day).toBe("b");
  expect(largestDay([{ day: "a", events: 0 } as LedgerDay])).toBeUndefined();
});

test("a refill has two days in order", () => {
  expect(refillProblem("", "2026-01-02")).toBe("missing");
  expect(refillProblem("2026-01-03", "2026-01-02")).toBe("order");
  expect(refillProblem("2026-01-02", "2026-01-02")).toBeUndefined();
});
