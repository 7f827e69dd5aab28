import type { Drill, DrillKind } from "@/lib/drill";
import { bothFilters } from "@/lib/filter";
import { addDays, daysBetween, parseDate } from "@/lib/plain-date";
import { readScope, type Scope } from "@/lib/url-state";

/** Which events a list of them has, so that it counts as its metric does. */
const EVENTS: Partial<Record<DrillKind, string>> = {
  messages: "type is message_sent,thread_reply and not message is system",
  files: "type is file_shared",
  reactions: "type is reaction_added",
};

/** Returns the scope that a list asks in: that of the page, narrowed to the mark. */
export function drillScope(scope: Scope, drill: Drill): Scope {
  const { from, to, own = {} } = drill;
  const narrowed = readScope(new URLSearchParams(own)).scope;
  const { compare, groupBy, ...page } = scope;
  const filter = bothFilters(page.filter, narrowed.filter);
  return {
    ...page,
    ...(narrowed.channelId && { channelId: narrowed.channelId }),
    ...(narrowed.userId && { userId: narrowed.userId }),
    ...(narrowed.segment && { segment: narrowed.segment }),
    ...(filter && { filter }),
    from,
    to,
    compare: own["compare"] ? narrowed.compare : "none",
  };
}

/** Returns the scope of the events themselves. */
export function eventScope(scope: Scope, kind: DrillKind): Scope {
  const filter = bothFilters(scope.filter, EVENTS[kind]);
  return filter ? { ...scope, filter } : scope;
}

/** Returns what of a drill belongs to the list of people itself. */
export function peopleOwn({ own = {} }: Drill): Record<string, string> {
  const names = ["lifecycle", "level", "role", "active", "posted", "search"];
  return Object.fromEntries(Object.entries(own).filter(([name]) => names.includes(name)));
}

/** Returns the drill so many of its own lengths later; `undefined` where it is of no whole days. */
export function moveDrill(drill: Drill, steps: number): Drill | undefined {
  const [from, to] = [parseDate(drill.from), parseDate(drill.to)];
  if (!from || !to) return undefined;
  const days = daysBetween(from, to) * steps;
  const { compare, ...own } = drill.own ?? {};
  return { ...drill, from: addDays(from, days), to: addDays(to, days), own };
}
