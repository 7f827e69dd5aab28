/** The shares of a retention that can be asked for. */
export const MODES = ["day", "unbounded", "bracket"] as const;
export type Mode = (typeof MODES)[number];

export type Width = "day" | "week" | "month";

const DAYS: Record<Width, number> = { day: 1, week: 7, month: 30 };
const STEPS: Record<Width, number> = { day: 14, week: 11, month: 11 };

/** Returns the days after sign-up of each step: a week is seven days, a month thirty. */
export function stepDays(width: Width): number[] {
  return Array.from({ length: STEPS[width] }, (_, place) => (place + 1) * DAYS[width]);
}

interface CohortDay {
  onDay: number | null;
  onOrAfter: number | null;
  within: number | null;
  share: number | null;
}

/** Returns how many a share is of; `null` where the cohort is not old enough. */
export function countOf(day: CohortDay, mode: Mode): number | null {
  return { day: day.onDay, unbounded: day.onOrAfter, bracket: day.within }[mode];
}

/** Returns the steps that a cohort is old enough for. */
export function knownSteps<Day extends CohortDay>(days: Day[]): Day[] {
  const first = days.findIndex((day) => day.onDay === null);
  return first === -1 ? days : days.slice(0, first);
}

/** Ends between which a share lies with a certainty of 95 percent, in percent (Wilson's interval). */
export function shareInterval(count: number, size: number): { low: number; high: number } | undefined {
  if (size <= 0) return undefined;
  const z = 1.96;
  const share = count / size;
  const middle = share + (z * z) / (2 * size);
  const reach = z * Math.sqrt((share * (1 - share)) / size + (z * z) / (4 * size * size));
  const whole = 1 + (z * z) / size;
  return {
    low: Math.max(0, (100 * (middle - reach)) / whole),
    high: Math.min(100, (100 * (middle + reach)) / whole),
  };
}
