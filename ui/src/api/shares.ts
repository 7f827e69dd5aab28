import { queryOptions } from "@tanstack/react-query";
import { change } from "./change";
import { API_PREFIX, apiFetch } from "./client";
import { ApiError } from "./errors";
import type { paths } from "./schema.gen";

type Get<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Answer } } } };
}
  ? Answer
  : never;

/** What a link opens. */
export type OpenedShare = Get<"/api/analytics/share">;
/** A link as it is listed. */
export type Share = Get<"/api/analytics/shares">["shares"][number];
export type NewShare = paths["/api/analytics/shares"]["post"]["requestBody"]["content"]["application/json"];
type MadeShare = paths["/api/analytics/shares"]["post"]["responses"][201]["content"]["application/json"];

/** What the link opens that the document came by; `null` where it opens nothing any more. */
export const openedShareQuery = queryOptions({
  queryKey: [`${API_PREFIX}/share`],
  queryFn: async ({ signal }): Promise<OpenedShare | null> => {
    try {
      return await (await apiFetch(`${API_PREFIX}/share`, { signal })).json();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const sharesQuery = queryOptions({
  queryKey: [`${API_PREFIX}/shares`],
  queryFn: async ({ signal }): Promise<{ shares: Share[] } | null> => {
    try {
      return await (await apiFetch(`${API_PREFIX}/shares`, { signal })).json();
    } catch (error) {
      // Whoever may not share sees no links.
      if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return null;
      throw error;
    }
  },
});

export const createShare = (share: NewShare) => change<MadeShare>("POST", "shares", share);
export const revokeShare = (id: string) => change("DELETE", `shares/${encodeURIComponent(id)}`);
