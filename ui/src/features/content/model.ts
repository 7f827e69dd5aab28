import type { Drill } from "@/lib/drill";
import { addDays, parseDate } from "@/lib/plain-date";
import type { ContentKind, ContentView, Term, Usage } from "./queries";

/** What is to be said of a list of terms: the first one, and the one that grew or fell most. */
export interface TermFacts {
  first: Term;
  /** The term with the largest change in percent, of those with enough uses to mean something. */
  mover?: { term: Term; percent: number };
  /** The most used one that was not there before. */
  newcomer?: Term;
}

/** Below so many uses before, a change in percent says little. */
const ENOUGH = 20;
/** A change that is worth a word, in percent. */
const MUCH = 25;

/** Returns what is to be said of a list of terms, the most used first; `undefined` of none. */
export function termFacts(rows: Term[]): TermFacts | undefined {
  const [first] = rows;
  if (!first) return undefined;
  const moved = rows
    .flatMap((term) => {
      const percent = term.trends?.count.changePercent;
      const before = term.trends?.count.previous ?? 0;
      return percent != null && before >= ENOUGH && Math.abs(percent) >= MUCH ? [{ term, percent }] : [];
    })
    .sort((one, other) => Math.abs(other.percent) - Math.abs(one.percent));
  const newcomer = rows.find((term) => term.trends && term.trends.count.previous === 0);
  return { first, ...(moved[0] && { mover: moved[0] }), ...(newcomer && { newcomer }) };
}

/** What is to be said of the use of a term: its day, and its channel. */
export interface UsageFacts {
  peak: { date: string; count: number };
  channel?: { name: string; percent: number };
}

/** Returns the day with most uses, and the channel with the largest share; `undefined` of none. */
export function usageFacts({ days, channels }: Usage): UsageFacts | undefined {
  const peak = days.reduce<Usage["days"][number] | undefined>(
    (most, day) => (day.count > (most?.count ?? 0) ? day : most),
    undefined,
  );
  if (!peak) return undefined;
  const all = days.reduce((sum, day) => sum + day.count, 0);
  const [top] = [...channels].sort((one, other) => other.count - one.count);
  return {
    peak: { date: peak.date, count: peak.count },
    ...(top && { channel: { name: top.channelName ?? top.channelId, percent: (100 * top.count) / all } }),
  };
}

/** The field of `filter` that names a term. */
function fieldOf(kind: ContentKind, { by }: ContentView): string {
  if (kind === "links") return { host: "link", url: "url" }[by ?? ""] ?? "domain";
  if (kind === "files")
    return { extension: "fileExtension", kind: "fileKind", hash: "fileHash" }[by ?? ""] ?? "fileName";
  return { topics: "topic", emoji: "emoji", hashtags: "hashtag" }[kind];
}

/** Returns the filter that lets through only what uses a term. */
export function termFilter(kind: ContentKind, view: ContentView, term: string): string {
  const quoted = term.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `${fieldOf(kind, view)} is "${quoted}"`;
}

/** Returns the list behind a day of a term: exactly the events that were counted. */
export function termDrill(
  kind: ContentKind,
  view: ContentView,
  term: string,
  date: string,
): Drill | undefined {
  const day = parseDate(date.slice(0, 10));
  if (!day) return undefined;
  const { where } = view;
  const emoji = where === "messages" || where === "reactions" ? where : "events";
  // Taking a reaction back has its emoji, too, and is no use of it.
  const isMixed = kind === "emoji" && emoji === "events";
  const filter = termFilter(kind, view, term) + (isMixed ? " and not type is reaction_removed" : "");
  const list = { topics: "messages", hashtags: "messages", links: "messages", files: "files", emoji }[kind];
  return {
    kind: list as Drill["kind"],
    from: day,
    to: addDays(day, 1),
    own: { filter },
  };
}
