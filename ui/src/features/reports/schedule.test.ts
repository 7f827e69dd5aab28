import { expect, test } from "vitest";
import { parseRecipients, parseSchedule, printSchedule } from "./schedule";

test("schedules are read as they are written", () => {
  for (const cron of ["0 9 * * 1", "30 7 * * 0", "5 0 * * *", "0 18 31 * *", "*/5 9 * * 1-5"])
    expect(printSchedule(parseSchedule(cron))).toBe(cron);
  expect(parseSchedule("0 9 * * 1")).toEqual({ every: "week", weekday: 0, time: "09:00" });
  // Sunday has two numbers.
  expect(parseSchedule("0 9 * * 7")).toEqual({ every: "week", weekday: 6, time: "09:00" });
  expect(parseSchedule("0 9 * * 0")).toEqual({ every: "week", weekday: 6, time: "09:00" });
  expect(parseSchedule(null)).toEqual({ every: "never" });
  expect(parseSchedule("0 25 * * *").every).toBe("cron");
  expect(parseSchedule("0 9 1 * 1").every).toBe("cron");
});

test("recipients are told from what is none", () => {
  expect(parseRecipients("a@b.de, c@d.org\na@b.de; nobody")).toEqual({
    addresses: ["a@b.de", "c@d.org"],
    wrong: ["nobody"],
  });
});
