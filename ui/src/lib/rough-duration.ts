import type { Format } from "./format";

const MINUTE = 60;
const DAY = 86_400;

/** Writes how long something takes no finer than anybody wants to know: from ten minutes on without seconds, from two days on only days. */
export function roughDuration(seconds: number, format: Format): string {
  const step = seconds >= 2 * DAY ? DAY : seconds >= 10 * MINUTE ? MINUTE : 1;
  return format.duration(Math.round(seconds / step) * step);
}
