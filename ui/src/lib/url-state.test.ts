import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  COMPARES,
  DEFAULT_SCOPE,
  GRAINS,
  PERIODS,
  readScope,
  type Scope,
  toQuery,
  writeScope,
} from "./url-state";

const day = fc
  .integer({ min: 0, max: 30_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const words = fc.string({ minLength: 1, maxLength: 30 });
const optional = fc.record(
  {
    tz: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu"),
    groupBy: fc.constantFrom(...GRAINS),
    includeBots: fc.constant(true),
    channelId: words,
    userId: words,
    filter: words,
    segment: words,
    asOf: day.map((date) => `${date}T12:30:00.250Z`),
  },
  { requiredKeys: [] },
);
const compare = fc.oneof(
  fc.constantFrom(...COMPARES),
  fc.tuple(day, day).map(([from, to]): `${string}..${string}` => `${from}..${to}`),
);
const scope: fc.Arbitrary<Scope> = fc
  .tuple(
    optional,
    compare,
    fc.oneof(
      fc.constantFrom(...PERIODS).map((period) => ({ period })),
      fc.tuple(day, day).map(([from, to]) => ({ period: DEFAULT_SCOPE.period, from, to })),
    ),
  )
  .map(([rest, compared, span]) => ({ ...rest, compare: compared, ...span }) as Scope);

describe("the scope in an address", () => {
  test("what is written is read", () => {
    fc.assert(
      fc.property(scope, (given) => {
        const written = writeScope(given).toString();
        expect(readScope(new URLSearchParams(written))).toEqual({ scope: given, ignored: [] });
      }),
    );
  });

  test("one scope has one address", () => {
    fc.assert(
      fc.property(scope, fc.array(fc.nat(100)), (given, keys) => {
        const pairs = [...writeScope(given)];
        const shuffled = pairs
          .map((pair, place) => [keys[place] ?? 0, pair] as const)
          .sort((a, b) => a[0] - b[0]);
        const read = readScope(new URLSearchParams(shuffled.map(([, pair]) => pair)));
        expect(writeScope(read.scope).toString()).toBe(writeScope(given).toString());
      }),
    );
  });

  test("defaults are left out of addresses, and none of requests", () => {
    expect(writeScope(DEFAULT_SCOPE).toString()).toBe("");
    expect(toQuery(DEFAULT_SCOPE)).toEqual({ period: "30d", compare: "previous" });
    const span = { ...DEFAULT_SCOPE, from: "2026-06-01", to: "2026-07-01" };
    expect(toQuery(span)).toEqual({ from: "2026-06-01", to: "2026-07-01", compare: "previous" });
  });

  test("what is not known is dropped and named", () => {
    const read = readScope(new URLSearchParams("period=31d&compare=often&tz=Mars/Base&from=2026-06-01&x=1"));
    expect(read).toEqual({ scope: DEFAULT_SCOPE, ignored: ["period", "compare", "tz", "from"] });
  });
});
