import { type AnswerOf, answers, question } from "@/api/answers";
import type { Scope } from "@/lib/url-state";

export type People = AnswerOf<"users">;
export type Person = People["users"][number];
export type Lifecycle = AnswerOf<"lifecycle">;

/** People of whom it is asked how much they write together. */
const WRITERS = 200;

/** What the pages of people ask for. */
export const usersQueries = {
  lifecycle: (scope: Scope) => answers("lifecycle", scope),
  people: (scope: Scope) => answers("users", scope, { limit: "1" }),
  writers: (scope: Scope) =>
    question(
      { ...scope, compare: "none" },
      { metrics: ["messages"], dimensions: ["user"], orderBy: "-messages", limit: WRITERS },
    ),
};
