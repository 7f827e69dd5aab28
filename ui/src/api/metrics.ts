import { queryOptions } from "@tanstack/react-query";
import { DEFAULT_SCOPE } from "@/lib/url-state";
import { answers } from "./answers";

/** What each metric is, for "How is this computed". It does not change while the pages are open. */
export const metricsQuery = queryOptions({
  ...answers("metrics", DEFAULT_SCOPE),
  meta: {},
  staleTime: Number.POSITIVE_INFINITY,
});
