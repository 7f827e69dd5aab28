import { expect, test } from "vitest";
import { activeBefore, changeOf, drillOwn, writersFor } from "./model";

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
