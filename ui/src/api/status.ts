import { queryOptions } from "@tanstack/react-query";
import { API_PREFIX, apiFetch } from "./client";
import type { paths } from "./schema.gen";

/** How the service is: its reporting zone, the first event, what was read of the chat's history. */
export type Status = paths["/api/analytics/status"]["get"]["responses"][200]["content"]["application/json"];

/** Asked once for all pages; the first of all requests, as days are written in its zone. */
export const statusQuery = queryOptions({
  queryKey: [`${API_PREFIX}/status`],
  queryFn: async ({ signal }): Promise<Status> => (await apiFetch(`${API_PREFIX}/status`, { signal })).json(),
  staleTime: 5 * 60_000,
});
