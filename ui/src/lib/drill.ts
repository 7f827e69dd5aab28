import { useCallback, useMemo } from "react";
import { useView } from "./view";

/** What a drawer lists. The last four are events of some kind. */
export const DRILL_KINDS = [
  "people",
  "channels",
  "unanswered",
  "newcomers",
  "messages",
  "files",
  "reactions",
  "events",
] as const;
export type DrillKind = (typeof DRILL_KINDS)[number];

/**
 * The list behind a mark.
 *
 * `from` and `to` are local days or instants, half-open. `own` holds what else the list is narrowed by:
 * parameters of the scope (`channelId`, `userId`, `filter`, `compare` with `from..to`) and, for people, of
 * `GET /users` (`lifecycle`, `level`, `role`, `active`).
 */
export interface Drill {
  kind: DrillKind;
  from: string;
  to: string;
  own?: Record<string, string>;
}

/** Writes a drill as the value of `?drill=`: `people,2026-11-05..2026-11-06,channelId,general`. */
export function printDrill({ kind, from, to, own = {} }: Drill): string {
  const rest = Object.entries(own).flat().map(encodeURIComponent);
  return [kind, `${from}..${to}`, ...rest].join(",");
}

/** Reads the value of `?drill=`; `undefined` for what is none. */
export function parseDrill(text: string): Drill | undefined {
  const [name, span = "", ...rest] = text.split(",");
  const kind = DRILL_KINDS.find((known) => known === name);
  const [from, to, ...more] = span.split("..");
  if (!kind || !from || !to || more.length > 0 || rest.length % 2 === 1) return undefined;
  const parts = rest.map(decode);
  if (parts.includes(undefined)) return undefined;
  const pairs = parts.flatMap((part, place) => (place % 2 === 0 ? [[part, parts[place + 1]]] : []));
  const own: Record<string, string> = Object.fromEntries(pairs);
  return rest.length > 0 ? { kind, from, to, own } : { kind, from, to };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Returns the drill of the address, and how to open another one; `null` closes the drawer. */
export function useDrill(): [Drill | undefined, (drill: Drill | null) => void] {
  const [text, setText] = useView("drill");
  const drill = useMemo(() => (text === undefined ? undefined : parseDrill(text)), [text]);
  const open = useCallback(
    (next: Drill | null) => setText(next === null ? undefined : printDrill(next)),
    [setText],
  );
  return [drill, open];
}
