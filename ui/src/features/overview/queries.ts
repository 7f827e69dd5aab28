import { queryOptions } from "@tanstack/react-query";
import { type AnswerOf, addressOf, answers, question } from "@/api/answers";
import { bothFilters } from "@/lib/filter";
import type { Scope } from "@/lib/url-state";

export type Dashboard = AnswerOf<"dashboard">;
export type Channels = AnswerOf<"channels">;
export type People = AnswerOf<"users">;

/** Rows of the lists. */
export const ROWS = 8;
/** Of so many channels the sentence on top says which ones changed. */
const CHANNELS = 50;
/** More buckets than a chart can have. */
const BUCKETS = 10_000;
const POLL_MS = 30_000;

/** What people do together; that somebody looked at a page is no news. */
const NEWS = [
  "message_sent",
  "thread_reply",
  "thread_started",
  "reaction_added",
  "file_shared",
  "call_started",
  "message_pinned",
  "channel_created",
  "channel_joined",
  "user_signed_up",
];

/** Returns the scope narrowed to what is news. */
function newsOf(scope: Scope): Scope {
  const filter = bothFilters(scope.filter, `type is ${NEWS.join()}`);
  return filter ? { ...scope, filter } : scope;
}

/** Returns where people and messages over time are as one file. */
export function activityFile(scope: Scope): string {
  return addressOf("export", scope, { metrics: "activeUsers,messages", format: "csv" });
}

/** What the page asks for. */
export const overviewQueries = {
  dashboard: (scope: Scope) => answers("dashboard", scope),
  /** Figures that the dashboard has no series of. */
  more: (scope: Scope, groupBy: string) =>
    question(scope, { metrics: ["files", "activeChannels"], groupBy, limit: BUCKETS }),
  channels: (scope: Scope) => answers("channels", scope, { limit: String(CHANNELS) }),
  people: (scope: Scope) => answers("users", scope, { limit: String(ROWS) }),
  unanswered: (scope: Scope) => answers("unanswered", scope, { limit: "1" }),
  newcomers: (scope: Scope) => answers("newcomers", scope, { limit: "20" }),
  care: (scope: Scope) => answers("channels/care", scope, { limit: "20" }),
  events: (scope: Scope) =>
    queryOptions({
      ...answers("events", newsOf(scope), {
        limit: String(ROWS),
        includeBots: scope.includeBots ? "true" : "false",
      }),
      ...(scope.asOf === undefined && { refetchInterval: POLL_MS }),
    }),
};
