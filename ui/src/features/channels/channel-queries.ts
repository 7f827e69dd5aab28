import { type AnswerOf, answers } from "@/api/answers";
import type { Scope } from "@/lib/url-state";

export type Channel = AnswerOf<"channels/{id}">;
export type ChannelDetail = Channel["channel"];
export type Compared = AnswerOf<"channels/compare">;
export type Topics = AnswerOf<"content/topics">;
export type Participation = AnswerOf<"participation">;

/** What the page of a channel asks for. */
export const channelQueries = {
  channel: (scope: Scope, id: string) => answers("channels/{id}", scope, { id }),
  responses: (scope: Scope, id: string) =>
    answers("response-times", { ...scope, channelId: id }, { by: "channel", limit: "1" }),
  topics: (scope: Scope, id: string) =>
    answers("content/topics", { ...scope, channelId: id }, { limit: "10" }),
  overlap: (scope: Scope) => answers("participation", scope, { limit: "1", pairs: "1000" }),
  compare: (scope: Scope, ids: string[]) => answers("channels/compare", scope, { ids: ids.join(",") }),
};
