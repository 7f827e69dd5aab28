/** When a report is wanted, in parts that can be said in words; `cron` is for what they cannot say. */
export type Schedule =
  | { every: "never" }
  | { every: "day"; time: string }
  | { every: "week"; weekday: number; time: string }
  | { every: "month"; day: number; time: string }
  | { every: "cron"; text: string };

const FIELDS = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|[0-7])$/;

/** Reads the five fields of cron; 0 is Monday in `weekday`. */
export function parseSchedule(cron: string | null | undefined): Schedule {
  if (!cron) return { every: "never" };
  const [, minute = "", hour = "", day = "", weekday = ""] = FIELDS.exec(cron.trim()) ?? [];
  const other: Schedule = { every: "cron", text: cron.trim() };
  if (minute === "" || Number(minute) > 59 || Number(hour) > 23) return other;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (day === "*" && weekday === "*") return { every: "day", time };
  // Cron's Sunday is 0 and 7.
  if (day === "*") return { every: "week", weekday: (Number(weekday) + 6) % 7, time };
  if (weekday === "*" && Number(day) >= 1 && Number(day) <= 31)
    return { every: "month", day: Number(day), time };
  return other;
}

/** Writes a schedule as the five fields of cron; `undefined` of none. */
export function printSchedule(schedule: Schedule): string | undefined {
  if (schedule.every === "never") return undefined;
  if (schedule.every === "cron") return schedule.text.trim() || undefined;
  const [hour, minute] = schedule.time.split(":").map(Number);
  const day = schedule.every === "month" ? schedule.day : "*";
  const weekday = schedule.every === "week" ? (schedule.weekday + 1) % 7 : "*";
  return `${minute ?? 0} ${hour ?? 0} ${day} * ${weekday}`;
}

/** Returns the addresses of a text with commas, spaces or lines between them, and those that are none. */
export function parseRecipients(text: string): { addresses: string[]; wrong: string[] } {
  const all = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  const isAddress = (one: string) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(one);
  return { addresses: all.filter(isAddress), wrong: all.filter((one) => !isAddress(one)) };
}
