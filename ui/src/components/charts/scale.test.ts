import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signedAxis, spread, timeLabels, valueAxis } from "./scale";

describe("the axis of values", () => {
  test("begins at zero, covers all and has few steps", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e12, noNaN: true }), (largest) => {
        const { max, ticks } = valueAxis(largest);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBe(max);
        expect(max).toBeGreaterThanOrEqual(largest * (1 - 1e-9));
        expect(ticks.length).toBeLessThanOrEqual(4);
      }),
    );
  });

  test("worked by hand", () => {
    expect(valueAxis(825)).toEqual({ max: 900, ticks: [0, 300, 600, 900] });
    expect(valueAxis(38).ticks).toEqual([0, 20, 40]);
    expect(valueAxis(2).ticks).toEqual([0, 1, 2]);
    expect(valueAxis(0)).toEqual({ max: 1, ticks: [0, 1] });
  });
});

test("labels of time end with the last point and are no more than there is room for", () => {
  expect(timeLabels(30, 6)).toEqual([4, 9, 14, 19, 24, 29]);
  expect(timeLabels(3, 10)).toEqual([0, 1, 2]);
  expect(timeLabels(0, 5)).toEqual([]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 20 }), (points, room) => {
      const places = timeLabels(points, room);
      expect(places.length).toBeLessThanOrEqual(room);
      expect(places.at(-1)).toBe(points - 1);
    }),
  );
});

test("an axis on both sides of zero covers all and has zero", () => {
  fc.assert(
    fc.property(fc.integer({ min: -9_999, max: 0 }), fc.integer({ min: 0, max: 9_999 }), (least, largest) => {
      const { min, max, ticks } = signedAxis(least, largest);
      expect(ticks).toContain(0);
      expect(min).toBeLessThanOrEqual(least);
      expect(max).toBeGreaterThanOrEqual(largest);
      expect([ticks[0], ticks.at(-1)]).toEqual([min === 0 ? 0 : min, max]);
      expect(ticks.length).toBeLessThanOrEqual(7);
    }),
  );
});

test("labels are moved apart, in their order, and only where they touch", () => {
  expect(spread([10, 60], 16)).toEqual([10, 60]);
  expect(spread([20, 20], 16)).toEqual([12, 28]);
  expect(spread([28, 20], 16)).toEqual([32, 16]);
  expect(spread([8, 10, 12], 16, 8)).toEqual([8, 24, 40]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }), (places) => {
      const moved = spread(places, 16);
      const sorted = [...moved].sort((one, other) => one - other);
      for (const [index, place] of sorted.entries())
        if (index > 0) expect(place - (sorted[index - 1] ?? 0)).toBeGreaterThanOrEqual(16 - 1e-6);
      const order = (list: number[]) =>
        list.map((_, at) => at).sort((a, b) => (list[a] ?? 0) - (list[b] ?? 0));
      expect(order(moved)).toEqual(order(places));
    }),
  );
});
