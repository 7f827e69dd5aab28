import type { Status } from "@/api/status";

/** How far the first history is. */
export type SetupState = "empty" | "reading" | "failed" | "here";

/** Returns how far the first history is: events that are here make everything else a detail. */
export function setupState({ events, source }: Pick<Status, "events" | "source">): SetupState {
  if (source?.stage === "failed") return events > 0 ? "here" : "failed";
  const isReading = source?.stage === "starting" || source?.stage === "reading";
  if (isReading) return "reading";
  return events > 0 ? "here" : "empty";
}

/** What there is to type, by the way in which events arrive. */
export const COMMANDS = {
  connect: "DATABASE_URL=postgres://reader:password@host:5432/nchat nchat-analytics serve",
  rights: [
    "CREATE ROLE reader LOGIN PASSWORD '…' BYPASSRLS;",
    "GRANT USAGE ON SCHEMA public TO reader;",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;",
  ].join("\n"),
  slack: "nchat-analytics import slack-export.zip",
  ndjson: "nchat-analytics import history.ndjson.zst --users people.csv --channels channels.csv",
  demo: "ANALYTICS_DATA_DIR=~/analytics-demo nchat-analytics serve --demo",
} as const;

/** Returns the command that sends one event to a service at an address; the key stands in a variable. */
export function sendCommand(origin: string): string {
  const event = JSON.stringify({
    event: "feature_used",
    userId: "user-123",
    properties: { feature: "poll" },
  });
  return `curl -H "X-API-Key: $KEY" -H 'Content-Type: application/json' \\\n  ${origin}/admin/analytics/api/track -d '${event}'`;
}
