import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bothFilters,
  conditionsOf,
  FIELDS,
  type Filter,
  joinConditions,
  parseFilter,
  printFilter,
} from "./filter";

const value = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom("and", "or", "not", "is", "general", 'say "hi"', "back\\slash", "a,b", "日本", "(x)", ""),
);
const field = fc.oneof(
  fc.constantFrom<string>(...FIELDS),
  fc
    .oneof(fc.constantFrom("plan", "sub plan", "a.b"), fc.string({ minLength: 1 }))
    .map((name) => `property.${name}`),
);
const { filter } = fc.letrec<{ filter: Filter; leaf: Filter }>((tie) => ({
  leaf: fc.oneof(
    fc
      .tuple(field, fc.array(value, { minLength: 1, maxLength: 3 }))
      .map(([name, values]): Filter => ({ kind: "is", field: name, values })),
    fc.uuid().map((id): Filter => ({ kind: "segment", id })),
  ),
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    tie("filter").map((of): Filter => ({ kind: "not", of })),
    fc
      .tuple(
        fc.constantFrom("and" as const, "or" as const),
        fc.array(tie("filter"), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, of]): Filter => ({ kind, of })),
  ),
}));

describe("filters", () => {
  test("what is printed is read", () => {
    fc.assert(
      fc.property(filter, (given) => {
        expect(parseFilter(printFilter(given))).toEqual(given);
      }),
    );
  });

  test("chips make the filter again", () => {
    fc.assert(
      fc.property(filter, (given) => {
        const text = printFilter(given);
        expect(joinConditions(conditionsOf(text))).toBe(text);
      }),
    );
  });

  test("the examples of the reference", () => {
    expect(parseFilter("channel is c1,c2")).toEqual({ kind: "is", field: "channel", values: ["c1", "c2"] });
    expect(parseFilter("not type is page_view")).toEqual({
      kind: "not",
      of: { kind: "is", field: "type", values: ["page_view"] },
    });
    expect(parseFilter('property.plan is pro or property."sub plan" is "very pro"')).toEqual({
      kind: "or",
      of: [
        { kind: "is", field: "property.plan", values: ["pro"] },
        { kind: "is", field: "property.sub plan", values: ["very pro"] },
      ],
    });
    // `not` binds closest, then `and`, then `or`.
    expect(parseFilter("not user is a and user is b or segment:s")).toMatchObject({
      kind: "or",
      of: [
        { kind: "and", of: [{ kind: "not" }, { kind: "is" }] },
        { kind: "segment", id: "s" },
      ],
    });
  });

  test.each([
    "",
    "channel",
    "channel is",
    "channel is a,",
    "(channel is a",
    "channel is a b",
    "channel is and",
    "cat is a",
    "segment:",
    'user is "a',
  ])("%o is none", (text) => expect(parseFilter(text)).toBeUndefined());

  test("two filters hold together", () => {
    expect(bothFilters("user is a or user is b", "type is page_view")).toBe(
      "(user is a or user is b) and (type is page_view)",
    );
    expect(bothFilters(undefined, "user is a")).toBe("user is a");
    expect(bothFilters(undefined, undefined)).toBeUndefined();
  });
});
