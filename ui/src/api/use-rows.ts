import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Scope } from "@/lib/url-state";
import { type Asked, addressOf, fetchAnswer, type Own } from "./answers";
import { type AnswerOf, notHonoured, type Route } from "./routes";
import type { Answer } from "./use-answer";

/** A list that is fetched page by page. */
export interface Rows<Page, Row> {
  /** The first page, as a card takes an answer: with what is said of the whole. */
  answer: Answer<Page>;
  rows: Row[];
  /** How many there are; `undefined` before the first answer, and where the route does not say. */
  total: number | undefined;
  /** Fetches the next page; absent where all rows are here. */
  more: (() => void) | undefined;
  isFetchingMore: boolean;
}

export interface RowsOptions<Page, Row> {
  /** The rows of a page. */
  rows: (page: Page) => Row[];
  /** How many there are in all pages. Without it, a page that is not full is the last one. */
  total?: (page: Page) => number;
  /** Rows of a page. */
  size?: number;
}

/** Asks for a list page by page, by `limit` and `offset`. Nothing of a route is asked for twice. */
export function useRows<R extends Route, Row>(
  route: R,
  scope: Scope,
  own: Own,
  { rows, total, size = 200 }: RowsOptions<AnswerOf<R>, Row>,
): Rows<AnswerOf<R>, Row> {
  type Page = AnswerOf<R>;
  const asked: Asked = { address: addressOf(route, scope, own), notHonoured: notHonoured(route, scope) };
  const query = useInfiniteQuery({
    queryKey: [asked.address, "rows", size],
    meta: { isAnswer: true },
    placeholderData: keepPreviousData,
    initialPageParam: 0,
    queryFn: ({ signal, pageParam }) =>
      fetchAnswer<Page>(asked, signal, { limit: String(size), offset: String(pageParam) }),
    getNextPageParam: (last: Page, pages: Page[]) => {
      const fetched = (pages.length - 1) * size + rows(last).length;
      const isWhole = total ? fetched >= total(last) : rows(last).length < size;
      return isWhole ? undefined : pages.length * size;
    },
  });
  const pages = query.data?.pages;
  const all = useMemo(() => pages?.flatMap((page) => rows(page)) ?? [], [pages, rows]);
  const [first] = pages ?? [];
  const { fetchNextPage, refetch } = query;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return {
    answer: {
      data: first,
      error: query.error,
      isStale: query.isPlaceholderData,
      isFetching: query.isFetching,
      at: query.dataUpdatedAt,
      retry: () => void refetch(),
      asked,
    },
    rows: all,
    total: first && (total ? total(first) : query.hasNextPage ? undefined : all.length),
    more: query.hasNextPage ? more : undefined,
    isFetchingMore: query.isFetchingNextPage,
  };
}
