import { type AnswerOf, answers, type Own, question } from "@/api/answers";
import { addDays, parseDate } from "@/lib/plain-date";
import { trendGrain } from "@/lib/trend-grain";
import type { Scope } from "@/lib/url-state";

export type Channels = AnswerOf<"channels">;
export type ChannelRow = Channels["channels"][number];
export type Care = AnswerOf<"channels/care">;
export type CareRow = Care["channels"][number];
export type Unanswered = AnswerOf<"unanswered">;
export type Newcomers = AnswerOf<"newcomers">;
export type ResponseTimes = AnswerOf<"response-times">;

/** Weeks of a channel that needs somebody: half a year. */
const WEEKS = 26;

/** All channels; their order, and what stands in only one page of them, are found here. */
const ALL = "10000";

/** Asks for channels. */
function listed(scope: Scope, own: Own, hasSeries = false) {
  const asked = { ...scope, groupBy: scope.groupBy ?? trendGrain(scope) };
  return answers("channels", asked, { limit: ALL, ...own, ...(hasSeries && { include: "series" }) });
}

/** What the pages of channels ask for. */
export const channelsQueries = {
  all: (scope: Scope) => listed(scope, {}),
  listed,
  care: (scope: Scope, limit = 20) => answers("channels/care", scope, { limit: String(limit) }),
  unanswered: (scope: Scope, limit = 8) => answers("unanswered", scope, { limit: String(limit) }),
  newcomers: (scope: Scope, state: "waiting" | "unanswered") =>
    answers("newcomers", scope, { state, limit: "8" }),
  responses: (scope: Scope) => answers("response-times", scope, { by: "channel", limit: "1000" }),
  /** Half a year of some channels by week, up to the last day of a span. */
  weeks: (scope: Scope, ids: string[], lastDay: string) => {
    const { period, segment, filter, channelId, groupBy, ...rest } = scope;
    const last = parseDate(lastDay);
    return question(
      {
        ...rest,
        period,
        compare: "none",
        ...(last && { from: addDays(last, 1 - 7 * WEEKS), to: addDays(last, 1) }),
        filter: `channel is ${ids.join(",")}`,
      },
      { metrics: ["messages"], dimensions: ["channel"], groupBy: "week", limit: 10_000 },
    );
  },
};
