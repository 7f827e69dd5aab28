import { i18n } from "@lingui/core";
import { beforeAll, expect, test } from "vitest";
import { createFormat } from "@/lib/format";
import { parseDate } from "@/lib/plain-date";
import { changeOf, extremes, noteOf, peakOf, weeksByChannel } from "./model";

beforeAll(() => i18n.loadAndActivate({ locale: "en", messages: {} }));
const format = createFormat("en-GB", "UTC", parseDate("2026-11-27") as never);
const row = (channelId: string, messageCount: number, previousMessageCount: number | null) => ({
  ...{ channelId, name: channelId, messageCount, previousMessageCount },
});

test("growth is told of channels that wrote enough before, and not of a message or two", () => {
  const rows = [row("tiny", 9, 1), row("up", 60, 20), row("flat", 105, 100), row("down", 15, 60)];
  expect(rows.map(changeOf)).toEqual([null, 200, 5, -75]);
  expect(extremes(rows).riser?.channelId).toBe("up");
  expect(extremes(rows).faller?.channelId).toBe("down");
  expect(extremes([row("flat", 105, 100)])).toEqual({ riser: undefined, faller: undefined });
});

test("the peak is the first of the largest cells, and unknown ones are none", () => {
  expect(
    peakOf([
      [1, null],
      [4, 4],
    ]),
  ).toEqual({ row: 1, column: 0, value: 4 });
  expect(peakOf([[0, null]])).toBeUndefined();
});

test("a note says what happened, and names nobody where nobody is known", () => {
  const silent = {
    ...{ name: "music", ownerName: "Rohan Moreno", messageCount: 0, medianBefore: 0 },
    lastActivity: "2026-07-17T11:33:54Z",
    lastVoices: [{ name: "Oskar Iyer" }, { name: "Clara Rao" }],
  };
  expect(noteOf(silent, format)).toBe(
    "Hello Rohan, the last message in #music was on 17 Jul. The last to write were Oskar Iyer and Clara Rao. " +
      "Is the channel still needed, or may it be archived?",
  );
  const dying = { name: "mathlib4", messageCount: 18, medianBefore: 268, lastVoices: [] };
  expect(noteOf(dying, format)).toBe(
    "Hello, #mathlib4 wrote 18 messages lately, and usually 268. Is the channel still needed, or may it be archived?",
  );
});

test("weeks without messages stay in their place", () => {
  const of = (time: string, channel: string, messages: number) => ({
    keys: { time, channel },
    values: { messages },
  });
  const weeks = weeksByChannel([
    of("2026-11-16", "a", 3),
    of("2026-11-09", "b", 1),
    of("2026-11-23", "a", 2),
  ]);
  expect(weeks.get("a")).toEqual([0, 3, 2]);
  expect(weeks.get("b")).toEqual([1, 0, 0]);
});
