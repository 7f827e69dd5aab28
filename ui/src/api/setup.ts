import { queryOptions } from "@tanstack/react-query";
import { API_PREFIX, apiFetch } from "./client";
import type { paths } from "./schema.gen";

/** How far the first history is, whichever way it comes. */
export type Setup = paths["/api/analytics/setup"]["get"]["responses"][200]["content"]["application/json"];

/** The chat's database: whether one is set, what is in the way, how far each feed was read. */
export type SetupSource = NonNullable<Setup["source"]>;

const POLL_MS = 3_000;

export const setupQuery = queryOptions({
  queryKey: [`${API_PREFIX}/setup`],
  queryFn: async ({ signal }): Promise<Setup> => (await apiFetch(`${API_PREFIX}/setup`, { signal })).json(),
  refetchInterval: POLL_MS,
});
