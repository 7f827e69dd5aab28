import { expect, test } from "vitest";
import { layFlow } from "./flow-layout";

const nodes = [
  { id: "1:a", step: 1, name: "a", value: 10 },
  { id: "2:", step: 2, name: "other", value: 5, isRest: true },
  { id: "2:b", step: 2, name: "b", value: 3 },
];
const links = [
  { source: "1:a", target: "2:", value: 5 },
  { source: "1:a", target: "2:b", value: 3 },
];

test("things stand under each other, the rest last, and links fill them", () => {
  // 10 things in 108 pixels less one gap of 8: ten pixels each.
  const { columns, links: laid } = layFlow(nodes, links, 9, 108);
  expect(columns.map((column) => column.map(({ id, y, size }) => [id, y, size]))).toEqual([
    [["1:a", 0, 100]],
    [
      ["2:b", 0, 30],
      ["2:", 38, 50],
    ],
  ]);
  expect(columns[0]?.[0]?.ends).toBe(2);
  expect(columns[1]?.map((node) => node.ends)).toEqual([0, 0]);
  expect(laid.map(({ target, from, to, size }) => [target, from, to, size])).toEqual([
    ["2:b", 0, 0, 30],
    ["2:", 30, 38, 50],
  ]);
});

test("steps beyond the room are left out, with their links", () => {
  const { columns, links: laid } = layFlow(nodes, links, 1, 100);
  expect([columns.length, laid.length]).toEqual([1, 0]);
  expect(layFlow([], [], 3, 100)).toEqual({ columns: [], links: [] });
});
