import { expect, test } from "vitest";
import { initialsOf } from "./initials";

test("two letters of a name, of an identifier and of one word", () => {
  expect(["Ana Maria Roth", "milo.ortega", "bot", "Ärzte Ödön", ""].map(initialsOf)).toEqual([
    "AR",
    "MO",
    "B",
    "ÄÖ",
    "",
  ]);
});
