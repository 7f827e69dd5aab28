/** The line and the numbers of an axis of values: from zero, with few round steps. */
export interface ValueAxis {
  /** The upper end. */
  max: number;
  /** Where lines are, zero and the upper end included. */
  ticks: number[];
}

/** Returns the axis for values up to `largest`: at most `steps` steps of 1, 2, 3 or 5 times a power of ten. */
export function valueAxis(largest: number, steps = 3): ValueAxis {
  if (!(largest > 0)) return { max: 1, ticks: [0, 1] };
  const power = 10 ** Math.floor(Math.log10(largest / steps));
  const step =
    [1, 2, 3, 5, 10].map((factor) => factor * power).find((size) => size * steps >= largest) ?? largest;
  // Counts are whole: no lines between them.
  const whole = Math.max(step, 1);
  const count = Math.max(1, Math.ceil(largest / whole - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, place) => place * whole);
  return { max: count * whole, ticks };
}

/** Returns the places of the labels of an axis of time: evenly spaced, the last one always. */
export function timeLabels(points: number, room: number): number[] {
  if (points === 0) return [];
  const most = Math.max(1, Math.min(points, room));
  const step = Math.ceil(points / most);
  const places: number[] = [];
  for (let place = points - 1; place >= 0; place -= step) places.unshift(place);
  return places;
}

/** How many colours there are for more than nothing. */
export const STEPS = 7;

/** Returns the step of a value, linear from zero: 0 is nothing, 7 the largest. */
export function heatStep(value: number, largest: number): number {
  return value <= 0 || largest <= 0 ? 0 : Math.min(STEPS, Math.ceil((value / largest) * STEPS));
}

/** Returns the colour of a number that stands in a cell. */
export function heatInk(step: number): string {
  if (step === 0) return "var(--muted-foreground)";
  return step <= 4 ? "var(--heat-low)" : "var(--heat-high)";
}

/** Returns the axis for values on both sides of zero. */
export function signedAxis(least: number, largest: number, steps = 4): ValueAxis & { min: number } {
  const span = Math.max(largest, 0) - Math.min(least, 0);
  const { ticks } = valueAxis(span, steps);
  const step = ticks[1] ?? 1;
  const below = Math.ceil(Math.max(0, -least) / step - 1e-9);
  const above = Math.max(below > 0 ? 0 : 1, Math.ceil(Math.max(0, largest) / step - 1e-9));
  const all = Array.from({ length: below + above + 1 }, (_, place) => (place - below) * step);
  return { min: -below * step, max: above * step, ticks: all };
}

/**
 * Moves places apart so that each two are at least `gap` from each other and none is below `least`, as little as
 * possible, in their order.
 */
export function spread(places: number[], gap: number, least = Number.NEGATIVE_INFINITY): number[] {
  const order = places
    .map((place, index) => ({ place, index }))
    .sort((one, other) => one.place - other.place);
  // Neighbours that touch become a group around the middle of what they were.
  const groups: { sum: number; members: number[] }[] = [];
  const top = ({ sum, members }: { sum: number; members: number[] }) =>
    Math.max(least, sum / members.length - ((members.length - 1) * gap) / 2);
  for (const { place, index } of order) {
    let group = { sum: place, members: [index] };
    for (let last = groups.at(-1); last; last = groups.at(-1)) {
      if (top(last) + last.members.length * gap <= top(group) + 1e-9) break;
      groups.pop();
      group = { sum: last.sum + group.sum, members: [...last.members, ...group.members] };
    }
    groups.push(group);
  }
  const moved = [...places];
  for (const group of groups)
    for (const [step, index] of group.members.entries()) moved[index] = top(group) + step * gap;
  return moved;
}
