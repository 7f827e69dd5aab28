import type { AnswerOf, QueryAnswer } from "@/api/answers";
import { answers, question } from "@/api/answers";
import { DEFAULT_SCOPE, type Scope } from "@/lib/url-state";
import type { Asking } from "./asking";

export type Metric = AnswerOf<"metrics">["metrics"][number];
export type Dimension = AnswerOf<"dimensions">["dimensions"][number];
export type Row = QueryAnswer["rows"][number];

/** Most rows that are asked for; the API gives no more at once. */
export const MOST_ROWS = 10_000;

export const exploreQueries = {
  dimensions: () => ({
    ...answers("dimensions", DEFAULT_SCOPE),
    meta: {},
    staleTime: Number.POSITIVE_INFINITY,
  }),
  answer: (scope: Scope, { metrics, dimensions, groupBy }: Asking) =>
    question(scope, {
      metrics,
      ...(dimensions.length > 0 && { dimensions }),
      ...(groupBy && { groupBy }),
      limit: MOST_ROWS,
    }),
};
