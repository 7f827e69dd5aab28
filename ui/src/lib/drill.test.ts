import fc from "fast-check";
import { expect, test } from "vitest";
import { DRILL_KINDS, type Drill, parseDrill, printDrill } from "./drill";

const instant = fc.constantFrom(
  "2026-11-05",
  "2026-11-06",
  "2026-11-05T13:00:00Z",
  "2026-11-05T13:00:00+05:45",
);
const drill = fc.record<Drill>({
  kind: fc.constantFrom(...DRILL_KINDS),
  from: instant,
  to: instant,
  own: fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { minKeys: 1, noNullPrototype: true }),
});

test("what is printed is read", () => {
  fc.assert(
    fc.property(drill, (given) => {
      expect(parseDrill(printDrill(given))).toEqual(given);
    }),
  );
});

test("it reads well, and what is none is none", () => {
  const given: Drill = {
    kind: "people",
    from: "2026-11-05",
    to: "2026-11-06",
    own: { channelId: "general" },
  };
  expect(printDrill(given)).toBe("people,2026-11-05..2026-11-06,channelId,general");
  for (const text of [
    "",
    "people",
    "people,2026-11-05",
    "cats,a..b",
    "people,a..b,channelId",
    "people,a..b,%E0,x",
  ])
    expect(parseDrill(text), text).toBeUndefined();
});
