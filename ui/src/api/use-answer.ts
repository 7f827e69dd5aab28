import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Asked } from "./answers";

/** An answer as a card takes it: what there is to show, and how it stands with it. */
export interface Answer<T> {
  /** What to show: the answer, or the one before while or because there is none. */
  data: T | undefined;
  /** Why there is no newer one. */
  error: Error | null;
  /** Whether what is shown is the answer to another question, or an older one. */
  isStale: boolean;
  isFetching: boolean;
  /** When what is shown was answered, in milliseconds. */
  at: number;
  retry: () => void;
  asked: Asked;
}

type AnswerQuery<T, K extends QueryKey> = UseQueryOptions<T, Error, T, K>;

/**
 * Asks for an answer, and keeps the last good one beneath an error.
 *
 * `query` comes from `answers()` or `question()`; `isEnabled` waits until something else is known.
 */
export function useAnswer<T, K extends QueryKey>(query: AnswerQuery<T, K>, isEnabled = true): Answer<T> {
  const result = useQuery({ ...query, enabled: isEnabled });
  const last = useRef<{ data: T; at: number }>(undefined);
  useEffect(() => {
    if (result.data !== undefined && !result.isPlaceholderData)
      last.current = { data: result.data, at: result.dataUpdatedAt };
  }, [result.data, result.isPlaceholderData, result.dataUpdatedAt]);
  const asked = query.meta?.["asked"] as Asked | undefined;
  return {
    data: result.data ?? last.current?.data,
    error: result.error,
    isStale: result.isPlaceholderData || (result.data === undefined && last.current !== undefined),
    isFetching: result.isFetching,
    at: result.dataUpdatedAt || (last.current?.at ?? 0),
    retry: () => void result.refetch(),
    asked: asked ?? { address: "", notHonoured: [] },
  };
}
