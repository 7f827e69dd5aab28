import { t } from "@lingui/core/macro";
import type { Mode, Width } from "./retention-model";

/** The name of a step: "Week 3". */
export function stepName(width: Width, step: number): string {
  const number = String(step);
  return { day: t`Day ${number}`, week: t`Week ${number}`, month: t`Month ${number}` }[width];
}

/** What the cells of a mode are shares of. */
export function modeUnit(mode: Mode): string {
  return {
    day: t`were there on that day`,
    unbounded: t`were there on that day or later`,
    bracket: t`came back by then`,
  }[mode];
}

/** The names of modes, to choose from. */
export function modeNames(): Record<Mode, string> {
  return { day: t`On the day`, unbounded: t`Then or later`, bracket: t`By then` };
}
