import { expect, test } from "vitest";
import type { EventRow } from "@/api/event";
import { countNew, lineState, peakMinute } from "./model";
import type { Realtime } from "./queries";

const minute = (at: string, messages: number) => ({ at, messages }) as Realtime["minutes"][number];
const event = (eventId: string) => ({ eventId }) as EventRow;

test("the peak is the latest of the fullest minutes", () => {
  expect(peakMinute([minute("a", 3), minute("b", 5), minute("c", 5), minute("d", 0)])?.at).toBe("c");
  expect(peakMinute([minute("a", 0)])).toBeUndefined();
});

test("only events that are not on the screen are new", () => {
  expect(countNew([event("3"), event("2"), event("1")], [event("2"), event("1")])).toBe(1);
  expect(countNew([event("1")], [event("1")])).toBe(0);
});

test("an error is a broken line, whatever else", () => {
  expect(lineState({ isPaused: true, isStill: false, hasError: true })).toBe("broken");
  expect(lineState({ isPaused: true, isStill: true, hasError: false })).toBe("still");
  expect(lineState({ isPaused: true, isStill: false, hasError: false })).toBe("paused");
  expect(lineState({ isPaused: false, isStill: false, hasError: false })).toBe("connected");
});
