/** An hour of the week: 0 is Monday. */
export interface WeekHour {
  day: number;
  hour: number;
  value: number;
}

/** Returns the hour of the week with most; the earliest of equals, `undefined` where there is nothing. */
export function busiestHour(heatmap: (number | null)[][]): WeekHour | undefined {
  let most: WeekHour | undefined;
  for (const [day, hours] of heatmap.entries()) {
    for (const [hour, value] of hours.entries()) {
      if (value !== null && value > (most?.value ?? 0)) most = { day, hour, value };
    }
  }
  return most;
}

/** Returns the same week in steps of two hours, which a narrow chart has room for. */
export function byTwoHours(heatmap: number[][]): number[][] {
  return heatmap.map((hours) =>
    Array.from({ length: 12 }, (_, place) => (hours[2 * place] ?? 0) + (hours[2 * place + 1] ?? 0)),
  );
}

/** Returns the share of all, in percent, that is from one hour to another of Monday to Friday. */
export function officeShare(heatmap: number[][], from: number, to: number): number | null {
  const sum = (rows: number[][]) => rows.flat().reduce((all, value) => all + value, 0);
  const all = sum(heatmap);
  if (all === 0) return null;
  return (100 * sum(heatmap.slice(0, 5).map((hours) => hours.slice(from, to)))) / all;
}
