import type { FunnelRun, Journeys, NewStep } from "./queries";

/** What is to be said of a flow: how sessions begin most, and what follows that most. */
export interface FlowFacts {
  first: { eventType: string | null; percent: number };
  second?: { eventType: string | null; percent: number };
}

/** Returns what is to be said of a flow; `undefined` where no session has a path. */
export function flowFacts({ nodes, links, matched }: Journeys): FlowFacts | undefined {
  const first = most(nodes.filter((node) => node.step === 1 && node.eventType != null));
  if (!first || matched === 0) return undefined;
  const onward = most(links.filter((link) => link.source === first.id));
  const second = onward && nodes.find((node) => node.id === onward.target);
  return {
    first: { eventType: first.eventType ?? null, percent: (100 * first.sessions) / matched },
    ...(second &&
      onward && {
        second: { eventType: second.eventType ?? null, percent: (100 * onward.sessions) / first.sessions },
      }),
  };
}

function most<T extends { sessions: number }>(rows: T[]): T | undefined {
  return rows.reduce<T | undefined>(
    (best, row) => (row.sessions > (best?.sessions ?? 0) ? row : best),
    undefined,
  );
}

/** Returns the links that are worth a line: at least one of 200 sessions, and two. */
export function drawnLinks({ links, matched }: Journeys): { links: Journeys["links"]; least: number } {
  const least = Math.max(2, Math.ceil(matched / 200));
  return { links: links.filter((link) => link.sessions >= least), least };
}

/** The step of a funnel at which most people are lost, of those who came to the one before. */
export function largestLoss(
  steps: FunnelRun["steps"],
): { from: string; to: string; lost: number; of: number } | undefined {
  let worst: { from: string; to: string; lost: number; of: number } | undefined;
  for (const [place, step] of steps.entries()) {
    const before = steps[place - 1];
    const lost = step.dropped ?? 0;
    if (before && lost > (worst?.lost ?? 0))
      worst = { from: before.name, to: step.name, lost, of: before.people };
  }
  return worst;
}

/** A step as it is edited. */
export interface StepDraft {
  key: number;
  event: string;
  filter: string;
}

/** The step that is no event: another person answered. */
export const ANSWERED = "answered";

/** Returns the steps of a funnel as the API takes them; `undefined` while one is missing. */
export function toSteps(drafts: StepDraft[]): NewStep[] | undefined {
  if (drafts.length < 2 || drafts.some((draft) => !draft.event)) return undefined;
  if (drafts[0]?.event === ANSWERED) return undefined;
  return drafts.map(({ event, filter }): NewStep => {
    if (event === ANSWERED) return { answered: true };
    return { events: [event], ...(filter.trim() && { filter: filter.trim() }) };
  });
}

/** Returns a list with the thing at a place moved by one; the list itself where it cannot be. */
export function moved<T>(list: T[], place: number, by: 1 | -1): T[] {
  const [one, other] = [list[place], list[place + by]];
  if (one === undefined || other === undefined) return list;
  return list.map((item, at) => (at === place ? other : at === place + by ? one : item));
}

const SECONDS: Record<string, number> = { m: 60, h: 3_600, d: 86_400 };

/** Returns the seconds of a window like `30m`, `24h` or `7d`; `undefined` of any other text. */
export function windowSeconds(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  return count === undefined || seconds === undefined ? undefined : Number(count) * seconds;
}
