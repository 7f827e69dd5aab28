import { expect, test } from "vitest";
import { DEFAULT_SCOPE } from "@/lib/url-state";
import { activeBefore, changeOf, drillOwn, lastYear, writersFor } from "./model";

test("so many people write a quarter, a half, or more than are known", () => {
  // Of 100 messages: 20, then 30 with the second, then 55 with the third.
  const counts = [20, 10, 25];
  expect(writersFor(0.25, counts, 100)).toBe(2);
  expect(writersFor(0.5, counts, 100)).toBe(3);
  expect(writersFor(0.6, counts, 100)).toBeUndefined();
  expect(writersFor(0.5, [], 0)).toBeUndefined();
});

test("people of the span before are not known where something narrows that they are not counted by", () => {
  expect(activeBefore({ kept: 44, churned: 3 }, [])).toBe(47);
  expect(activeBefore({ kept: 44, churned: 3 }, ["filter"])).toBeUndefined();
  expect(activeBefore(undefined, [])).toBeUndefined();
  expect(activeBefore({ kept: 0, churned: 0 }, [])).toBeUndefined();
});

test("something after nothing is new, and nothing after nothing is no change", () => {
  const of = (messageCount: number, previousMessageCount?: number | null) =>
    changeOf({ messageCount, ...(previousMessageCount !== undefined && { previousMessageCount }) });
  expect([of(6, 4), of(3, 0), of(0, 0), of(3), of(3, null)]).toEqual([50, null, 0, undefined, undefined]);
});

test("those who left are listed among those who were not active", () => {
  expect(drillOwn("churned")).toEqual({ lifecycle: "churned", active: "false" });
  expect(drillOwn("new")).toEqual({ lifecycle: "new" });
});

test("of a longer span the last year is left", () => {
  const scope = { ...DEFAULT_SCOPE, from: "2017-01-01", to: "2027-01-01" };
  expect(lastYear(scope)).toMatchObject({ from: "2025-12-31", to: "2027-01-01" });
  expect(lastYear({ ...DEFAULT_SCOPE, period: "all" }).period).toBe("365d");
  expect(lastYear(DEFAULT_SCOPE)).toEqual(DEFAULT_SCOPE);
});
