import { expect, test } from "vitest";
import type { Status } from "@/api/status";
import { sendCommand, setupState } from "./model";

const status = (events: number, stage: string) =>
  ({ events, source: { stage } }) as Pick<Status, "events" | "source">;

test("a first run is over when events are here and nothing is being read", () => {
  expect(setupState(status(0, "off"))).toBe("empty");
  expect(setupState(status(0, "failed"))).toBe("failed");
  expect(setupState(status(9, "failed"))).toBe("here");
  expect(setupState(status(9, "reading"))).toBe("reading");
  expect(setupState(status(0, "starting"))).toBe("reading");
  expect(setupState(status(9, "in_step"))).toBe("here");
});

test("the command to send an event holds JSON that is whole", () => {
  const command = sendCommand("https://chat.example");
  expect(command).toContain("https://chat.example/admin/analytics/api/track");
  expect(JSON.parse(/-d '(.*)'$/.exec(command)?.[1] ?? "").event).toBe("feature_used");
});
