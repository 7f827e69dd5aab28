import { expect, test } from "vitest";
import { pairsAmong, toggled } from "./compare-model";

test("a fourth channel takes the place of the first one", () => {
  expect(toggled(["a", "b", "c"], "d")).toEqual(["b", "c", "d"]);
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
});

test("only pairs of what is compared", () => {
  const pair = (channelId: string, otherChannelId: string) => ({
    channelId,
    otherChannelId,
    both: 1,
    either: 2,
  });
  expect(pairsAmong([pair("a", "b"), pair("a", "z"), pair("c", "b")], ["a", "b", "c"])).toHaveLength(2);
});
