import { expect, test } from "vitest";
import { lorenz } from "./spread-model";

test("equal channels lie on the diagonal, one that has everything bends it", () => {
  expect(lorenz([5, 5, 5, 5], 4)).toEqual([0, 25, 50, 75, 100]);
  expect(lorenz([0, 10, 0, 0], 4)).toEqual([0, 0, 0, 0, 100]);
  // 1, 3 and 6 of 10: at half of the channels 1 and half of the 3.
  expect(lorenz([6, 1, 3], 2)).toEqual([0, 25, 100]);
  expect(lorenz([], 2)).toEqual([0, 0, 0]);
});
