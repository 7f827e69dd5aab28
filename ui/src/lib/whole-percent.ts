import type { Format } from "./format";

/** Writes a share of one hundred without decimals, for axes and for points of curves. */
export function wholePercent(value: number, { locale }: Pick<Format, "locale">): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(value / 100);
}
