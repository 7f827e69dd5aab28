import { addDays, dateIn, type PlainDate, parseDate } from "@/lib/plain-date";
import type { Annotation, Draft, Key, Setting } from "./queries";

/** How a key stands: whether it is accepted. */
export function keyState(key: Key, now: number): "holds" | "expired" | "revoked" {
  if (key.revokedAt) return "revoked";
  return key.expiresAt && Date.parse(key.expiresAt) <= now ? "expired" : "holds";
}

/** Returns settings by their sections, in their order; `search` keeps those with the text in name or meaning. */
export function bySection(settings: Setting[], search: string): [string, Setting[]][] {
  const text = search.trim().toLowerCase();
  const sections = new Map<string, Setting[]>();
  for (const setting of settings) {
    if (text && !`${setting.name} ${setting.about}`.toLowerCase().includes(text)) continue;
    const section = sections.get(setting.section) ?? [];
    section.push(setting);
    sections.set(setting.section, section);
  }
  return [...sections];
}

/** Returns a list that was typed with commas or spaces between. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** The days of an annotation, both included; where it is one instant within a day, that too. */
export interface AnnotationTime {
  first: PlainDate;
  last: PlainDate;
  /** Set where it is no whole day. */
  instant?: string;
}

/** Returns when an annotation was, in days of a zone. */
export function timeOf({ at, from, to }: Annotation, zone: string): AnnotationTime | undefined {
  if (at) {
    const day = dateIn(at, zone);
    return isMidnight(at, zone) ? { first: day, last: day } : { first: day, last: day, instant: at };
  }
  if (!from || !to) return undefined;
  return { first: dateIn(from, zone), last: dateIn(Date.parse(to) - 1, zone) };
}

function isMidnight(instant: string, zone: string): boolean {
  return dateIn(Date.parse(instant) - 1, zone) < dateIn(instant, zone);
}

/** Returns the body that keeps an annotation of whole days; `undefined` where the days are none. */
export function annotationDraft(fields: {
  title: string;
  text: string;
  kind: string;
  first: string;
  last: string;
}): Draft | undefined {
  const [first, last] = [parseDate(fields.first), parseDate(fields.last || fields.first)];
  const title = fields.title.trim();
  if (!first || !last || last < first || !title) return undefined;
  const span: Draft = first === last ? { at: first } : { from: first, to: addDays(last, 1) };
  return { title, kind: fields.kind, ...(fields.text.trim() && { text: fields.text.trim() }), ...span };
}
