import { expect, test } from "vitest";
import { canMeasure, canSplit, readAsking } from "./asking";
import { chartsOf, largestRow, pivot, weekOf } from "./model";
import type { Dimension, Metric, Row } from "./queries";
import { rowDrill } from "./row-drill";

const metric = (name: string, dimensions: string[], unit = "messages") =>
  ({ name, dimensions, unit }) as Metric;
const dimension = (name: string, isMultiValued = false) => ({ name, isMultiValued }) as Dimension;
const metrics = [
  metric("messages", ["time", "channel", "user", "emoji", "topic"]),
  metric("words", ["time", "channel"], "words"),
  metric("lastMessage", ["time", "channel"], "instant"),
];
const dimensions = [
  dimension("time"),
  dimension("channel"),
  dimension("user"),
  dimension("emoji", true),
  dimension("topic", true),
];
const row = (keys: Record<string, unknown>, messages: number | null, names?: Record<string, string>) =>
  ({ keys, values: { messages }, names }) as unknown as Row;

test("an address asks only what combines", () => {
  expect(readAsking({}, metrics, dimensions)).toEqual({
    metrics: ["messages"],
    dimensions: [],
    groupBy: "day",
  });
  const asked = { metrics: "messages,words,none", dimensions: "channel,user,channel", groupBy: "day" };
  // Words are not told apart by person.
  expect(readAsking(asked, metrics, dimensions)).toEqual({
    metrics: ["messages", "words"],
    dimensions: ["channel"],
    groupBy: "day",
  });
  const emoji = readAsking({ dimensions: "emoji" }, metrics, dimensions);
  expect(canSplit(emoji, "topic", metrics, dimensions)).toBe(false);
  expect(canSplit(emoji, "channel", metrics, dimensions)).toBe(true);
  expect(metrics.map((one) => canMeasure(emoji, one))).toEqual([false, false, false]);
});

test("the data choose the chart", () => {
  const charts = (asked: Record<string, string>) =>
    chartsOf(readAsking(asked, metrics, dimensions), metrics)[0];
  expect(charts({ groupBy: "day" })).toBe("line");
  expect(charts({ groupBy: "day", dimensions: "channel" })).toBe("line");
  expect(charts({ dimensions: "channel" })).toBe("bars");
  expect(charts({ dimensions: "channel,user" })).toBe("heat");
  expect(charts({ metrics: "messages" })).toBe("table");
  expect(charts({ metrics: "lastMessage", dimensions: "channel" })).toBe("table");
});

test("what is beyond the largest series is added up only where it may be", () => {
  const rows = [
    row({ channel: "a", time: "2026-01-02" }, 5),
    row({ channel: "a", time: "2026-01-01" }, 1, { channel: "Ay" }),
    row({ channel: "b", time: "2026-01-01" }, 9),
    row({ channel: null, time: "2026-01-02" }, 2),
  ];
  const both = pivot(rows, "messages", "channel", "time", 1, true);
  expect(both.columns).toEqual(["2026-01-01", "2026-01-02"]);
  expect(both.series.map(({ key, values }) => [key, values])).toEqual([["b", [9, 0]]]);
  expect([both.others, both.rest]).toEqual([2, [1, 7]]);
  const one = pivot(rows, "messages", "channel", "time", 1, false);
  expect([one.rest, one.series[0]?.values]).toEqual([undefined, [9, null]]);
  expect(largestRow(rows, "messages", 17, true)?.percent).toBeCloseTo((100 * 9) / 17);
  expect(largestRow([row({}, 0)], "messages", 0, true)).toBeUndefined();
});

test("a week has its hours, whichever way they are told apart", () => {
  expect(weekOf([row({ hourOfWeek: 25 }, 3)], "messages")[1]?.[1]).toBe(3);
  expect(weekOf([row({ weekday: 1, hourOfDay: 1 }, 4)], "messages")[1]?.[1]).toBe(4);
});

test("only a list of exactly what was counted is opened", () => {
  const span = { from: "2026-01-01T00:00:00Z", to: "2026-01-08T00:00:00Z" };
  expect(rowDrill(row({ channel: "c1" }, 1), "messages", span)).toEqual({
    kind: "messages",
    ...span,
    own: { channelId: "c1" },
  });
  expect(rowDrill(row({ topic: 'a "b"' }, 1), "messages", span)?.own).toEqual({
    filter: 'topic is "a \\"b\\""',
  });
  expect(rowDrill(row({ weekday: 1 }, 1), "messages", span)).toBeUndefined();
  expect(rowDrill(row({ channel: null }, 1), "messages", span)).toBeUndefined();
  expect(rowDrill(row({ channel: "c1" }, 1), "words", span)).toBeUndefined();
});
