import { expect, test } from "vitest";
import { countOf, knownSteps, shareInterval, stepDays } from "./retention-model";

test("steps are days after sign-up", () => {
  expect(stepDays("week").slice(0, 3)).toEqual([7, 14, 21]);
  expect(stepDays("month").at(-1)).toBe(330);
});

test("a cohort ends where it is too young, and a share knows what it is of", () => {
  const of = (onDay: number | null) => ({ onDay, onOrAfter: 9, within: 4, share: null });
  expect(knownSteps([of(3), of(0), of(null), of(null)])).toHaveLength(2);
  expect([countOf(of(3), "day"), countOf(of(3), "unbounded"), countOf(of(3), "bracket")]).toEqual([3, 9, 4]);
});

test("half of a hundred is between 40 and 60, and nothing is known of nobody", () => {
  const half = shareInterval(50, 100);
  expect(half?.low).toBeCloseTo(40.4, 1);
  expect(half?.high).toBeCloseTo(59.6, 1);
  // Nobody of three: not certainly nobody of all.
  expect(shareInterval(0, 3)?.low).toBe(0);
  expect(shareInterval(0, 3)?.high).toBeCloseTo(56.2, 1);
  expect(shareInterval(0, 0)).toBeUndefined();
});
