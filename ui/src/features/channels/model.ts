import { t } from "@lingui/core/macro";
import { channelTitle } from "@/lib/channel-title";
import type { Format } from "@/lib/format";

/** A channel as its growth is told. */
export interface Mover {
  channelId: string;
  name: string;
  messageCount: number;
  previousMessageCount?: number | null;
}

/** Below this, a change says little: three messages after one are no growth. */
const ENOUGH = 20;

/** Returns how much more or less a channel wrote, in percent; `null` where that would say little. */
export function changeOf({ messageCount, previousMessageCount }: Mover): number | null {
  if (previousMessageCount == null || previousMessageCount < ENOUGH) return null;
  return (100 * (messageCount - previousMessageCount)) / previousMessageCount;
}

/** Returns the channel that grew most and the one that shrank most, of those that wrote enough before. */
export function extremes<Row extends Mover>(
  rows: Row[],
): { riser: Row | undefined; faller: Row | undefined } {
  const known = rows.filter((row) => changeOf(row) !== null);
  const sorted = known.toSorted((one, other) => (changeOf(other) ?? 0) - (changeOf(one) ?? 0));
  const [first, last] = [sorted[0], sorted.at(-1)];
  return {
    riser: first && (changeOf(first) ?? 0) >= 10 ? first : undefined,
    faller: last && (changeOf(last) ?? 0) <= -10 ? last : undefined,
  };
}

/** Returns the largest cell of a grid; the first one of equals, `undefined` where all are empty. */
export function peakOf(
  rows: (number | null)[][],
): { row: number; column: number; value: number } | undefined {
  let most: { row: number; column: number; value: number } | undefined;
  for (const [row, values] of rows.entries()) {
    for (const [column, value] of values.entries()) {
      if (value !== null && value > (most?.value ?? 0)) most = { row, column, value };
    }
  }
  return most;
}

/** What a note to the owner of a channel is about. */
export interface NoteFacts {
  name: string;
  ownerName?: string | null;
  messageCount: number;
  medianBefore?: number | null;
  lastActivity?: string | null;
  lastVoices: { name: string }[];
}

/** Returns a text to send to the owner of a channel that needs somebody. Nothing is sent from here. */
export function noteOf(row: NoteFacts, format: Format): string {
  const owner = row.ownerName?.split(" ")[0];
  const channel = channelTitle(row.name);
  const count = format.exact(row.messageCount);
  const usual = row.medianBefore ? format.exact(Math.round(row.medianBefore)) : undefined;
  const since = row.lastActivity ? format.shortDay(row.lastActivity) : undefined;
  const voices = listOf(
    row.lastVoices.slice(0, 3).map((one) => one.name),
    format,
  );
  const sentences = [
    owner ? t`Hello ${owner},` : t`Hello,`,
    row.messageCount === 0
      ? since
        ? t`the last message in ${channel} was on ${since}.`
        : t`nothing was ever written in ${channel}.`
      : usual
        ? t`${channel} wrote ${count} messages lately, and usually ${usual}.`
        : t`${channel} wrote ${count} messages lately.`,
    voices ? t`The last to write were ${voices}.` : "",
    t`Is the channel still needed, or may it be archived?`,
  ];
  return sentences.filter(Boolean).join(" ");
}

/** Writes names as a list of the language: "Ana, Bo and Cy". */
export function listOf(names: string[], format: Format): string {
  return new Intl.ListFormat(format.locale, { type: "conjunction" }).format(names);
}

/** Rows of a question by channel and week, as a list of weeks for each channel; what is missing is nothing. */
export function weeksByChannel(
  rows: { keys: Record<string, unknown>; values: Record<string, number | null | undefined> }[],
): Map<string, number[]> {
  const weeks = [...new Set(rows.map((row) => String(row.keys["time"])))].toSorted();
  const byChannel = new Map<string, number[]>();
  for (const row of rows) {
    const id = String(row.keys["channel"]);
    const list = byChannel.get(id) ?? weeks.map(() => 0);
    list[weeks.indexOf(String(row.keys["time"]))] = row.values["messages"] ?? 0;
    byChannel.set(id, list);
  }
  return byChannel;
}
