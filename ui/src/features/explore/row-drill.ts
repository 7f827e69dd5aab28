import type { Drill, DrillKind } from "@/lib/drill";
import type { Row } from "./queries";

/** The lists behind numbers that there are. */
const LISTS: Record<string, DrillKind> = {
  messages: "messages",
  activeUsers: "people",
  activeChannels: "channels",
  files: "files",
  reactions: "reactions",
  events: "events",
};

const FIELDS: Record<string, string> = {
  eventType: "type",
  messageType: "message",
  emoji: "emoji",
  link: "link",
  domain: "domain",
  url: "url",
  hashtag: "hashtag",
  topic: "topic",
  fileName: "fileName",
  fileExtension: "fileExtension",
  fileKind: "fileKind",
  fileHash: "fileHash",
};

/**
 * Returns the list behind the value of a row; `undefined` where no list has exactly what was counted: parts of
 * a day or week, for example. `span` is that of the whole answer.
 */
export function rowDrill(row: Row, metric: string, span: { from: string; to: string }): Drill | undefined {
  const kind = LISTS[metric];
  if (!kind) return undefined;
  const own: Record<string, string> = {};
  const conditions: string[] = [];
  for (const [dimension, key] of Object.entries(row.keys as Record<string, unknown>)) {
    if (dimension === "time") continue;
    if (key === null) return undefined;
    const text = String(key);
    const field = FIELDS[dimension];
    if (dimension === "channel") own["channelId"] = text;
    else if (dimension === "user") own["userId"] = text;
    else if (field) conditions.push(`${field} is "${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
    else return undefined;
  }
  if (conditions.length > 0) own["filter"] = conditions.join(" and ");
  const { start: from, end: to } = row.bucket ?? { start: span.from, end: span.to };
  return { kind, from, to, ...(Object.keys(own).length > 0 && { own }) };
}
