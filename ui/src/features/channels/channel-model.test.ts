import { expect, test } from "vitest";
import { including, outburstOf, sharedWith } from "./channel-model";

const day = (date: number, count: number, complete = true) => ({
  ...{ date: `2026-11-0${date}`, count, complete },
});

test("a day with a third of everything is named, beside the usual day", () => {
  // 60 of 90 on the third; the six others that are over have 28 of the 30 left.
  const series = [
    day(1, 4),
    day(2, 6),
    day(3, 60),
    day(4, 8),
    day(5, 0),
    day(6, 10),
    day(7, 0),
    day(8, 2, false),
  ];
  expect(outburstOf(series)).toEqual({ date: "2026-11-03", count: 60, usual: 28 / 6 });
  expect(outburstOf([day(1, 9), day(2, 1)])).toBeUndefined();
  expect(outburstOf([1, 2, 3, 4, 5, 6, 7].map((date) => day(date, 5)))).toBeUndefined();
});

test("pairs are read from either side", () => {
  const pair = (channelId: string, otherChannelId: string, both: number) => ({
    ...{ channelId, name: channelId, otherChannelId, otherName: otherChannelId, both },
  });
  const shared = sharedWith([pair("a", "b", 3), pair("c", "a", 8), pair("b", "c", 9)], "a");
  expect(shared.map((row) => [row.channelId, row.both])).toEqual([
    ["c", 8],
    ["b", 3],
  ]);
});

test("the channel of the page is among the rows", () => {
  const rows = ["a", "b", "c", "d"].map((key) => ({ key }));
  expect(including(rows, "d", 2).map((row) => row.key)).toEqual(["a", "d"]);
  expect(including(rows, "b", 2).map((row) => row.key)).toEqual(["a", "b"]);
});
