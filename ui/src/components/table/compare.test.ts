import { expect, test } from "vitest";
import { compareValues } from "./compare";

test("what is not known comes last in either order", () => {
  const sorted = (order: "asc" | "desc") => {
    const sign = order === "desc" ? -1 : 1;
    return [3, null, 10, undefined, 2].toSorted((one, other) => sign * compareValues(one, other, order));
  };
  expect(sorted("asc").slice(0, 3)).toEqual([2, 3, 10]);
  expect(sorted("desc").slice(0, 3)).toEqual([10, 3, 2]);
});

test("names are ordered as people do", () => {
  const names = ["b", "A", "a10", "a9", "Ä"].toSorted((one, other) => compareValues(one, other, "asc"));
  expect(names).toEqual(["A", "Ä", "a9", "a10", "b"]);
});
