import { queryOptions } from "@tanstack/react-query";
import { type AnswerOf, answers } from "@/api/answers";
import type { Scope } from "@/lib/url-state";

export type Dashboard = AnswerOf<"dashboard">;
export type Messages = AnswerOf<"messages">;
export type Channels = AnswerOf<"channels">;
export type People = AnswerOf<"users">;

/** Rows of the lists. */
const ROWS = "8";

/** What the page asks for. */
export const overviewQueries = {
  dashboard: (scope: Scope) => answers("dashboard", scope),
  messages: (scope: Scope) => answers("messages", scope),
  channels: (scope: Scope) => answers("channels", scope, { limit: ROWS }),
  people: (scope: Scope) => answers("users", scope, { limit: ROWS }),
  unanswered: (scope: Scope) => answers("unanswered", scope, { limit: "1" }),
  newcomers: (scope: Scope) => answers("newcomers", scope, { limit: "2" }),
  care: (scope: Scope) => answers("channels/care", scope, { limit: "3" }),
  events: (scope: Scope) =>
    queryOptions({
      ...answers("events", { ...scope, compare: "none" }, { limit: "8" }),
      refetchInterval: 30_000,
    }),
};
