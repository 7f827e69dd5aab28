import { expect, test } from "vitest";
import { activeBefore, writersFor } from "./model";

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
