import { t } from "@lingui/core/macro";
import { writeBytes } from "@/lib/bytes";
import { channelTitle } from "@/lib/channel-title";
import { useKindName } from "@/lib/kinds";
import { dateIn } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { keyOf } from "./model";
import type { Metric, Row } from "./queries";

/** Returns how dimensions, keys and values are written. */
export function useWords(metrics: Metric[]) {
  const format = useFormat();
  const kindName = useKindName();
  const dimensionNames: Record<string, string> = {
    time: t`time`,
    hourOfDay: t`hour of the day`,
    weekday: t`weekday`,
    hourOfWeek: t`hour of the week`,
    channel: t`channel`,
    user: t`person`,
    messageType: t`what messages carry`,
    eventType: t`kind of event`,
    isBot: t`bot or person`,
    isReply: t`reply or not`,
    feature: t`feature`,
    emoji: t`emoji`,
    link: t`host of links`,
    hashtag: t`hashtag`,
    domain: t`domain of links`,
    url: t`address of links`,
    topic: t`topic`,
    fileName: t`name of files`,
    fileExtension: t`ending of files`,
    fileKind: t`kind of files`,
    fileHash: t`hash of files`,
  };
  /** Within a sentence. */
  const dimension = (name: string) => dimensionNames[name] ?? name;
  /** Alone, as on a chip or over a column. */
  const heading = (name: string) => {
    const text = dimension(name);
    return `${text.slice(0, 1).toLocaleUpperCase(format.locale)}${text.slice(1)}`;
  };
  const find = (name: string) => metrics.find((one) => one.name === name);
  const metric = (name: string) => find(name)?.title ?? name;
  const hour = (at: number) => `${String(at).padStart(2, "0")}:00`;
  const time = (key: string, isShort: boolean) =>
    key.length > 10
      ? `${isShort ? "" : `${format.day(dateIn(key, format.timezone))} `}${format.time(key)}`
      : isShort
        ? format.shortDay(key)
        : format.day(key);

  const key = (name: string, text: string, known?: string, isShort = false): string => {
    if (text === "") return t`none`;
    if (name === "time") return time(text, isShort);
    if (name === "hourOfDay") return hour(Number(text));
    if (name === "weekday") return format.weekday(Number(text), isShort ? "short" : "long");
    if (name === "hourOfWeek")
      return `${format.weekday(Math.floor(Number(text) / 24))} ${hour(Number(text) % 24)}`;
    if (name === "channel") return channelTitle(known ?? text);
    if (name === "hashtag") return `#${text}`;
    if (name === "eventType") return kindName(text);
    if (name === "isBot") return text === "true" ? t`bots` : t`people`;
    if (name === "isReply") return text === "true" ? t`replies` : t`no replies`;
    return known ?? text;
  };
  const keyOfRow = (row: Row, name: string) => key(name, keyOf(row, name), row.names?.[name]);
  const value = (name: string, number: number | null | undefined): string => {
    if (number == null) return "–";
    const unit = find(name)?.unit;
    if (unit === "instant") {
      const instant = new Date(number).toISOString();
      return `${format.shortDay(dateIn(instant, format.timezone))} ${format.time(instant)}`;
    }
    return unit === "bytes" ? writeBytes(format.locale, number) : format.exact(number);
  };
  return {
    dimension,
    heading,
    metric,
    key,
    keyOfRow,
    value,
    adds: (name: string) => find(name)?.additivity === "additive",
  };
}

/** What {@link useWords} returns. */
export type Words = ReturnType<typeof useWords>;
