import { queryOptions } from "@tanstack/react-query";
import { type Scope, toQuery } from "@/lib/url-state";
import { API_PREFIX, apiFetch } from "./client";
import type { paths } from "./schema.gen";

/** Parts of the scope that all of these routes take. */
const SPAN = ["period", "from", "to", "asOf", "tz", "channelId", "userId", "filter"] as const;

/** The routes that answer about a span, with the other parts of the scope that they take. */
const ROUTES = {
  dashboard: [...SPAN, "segment", "includeBots", "compare", "groupBy"],
  messages: [...SPAN, "segment", "includeBots", "compare", "groupBy"],
  channels: [...SPAN, "segment", "includeBots", "compare"],
  "channels/care": [...SPAN, "segment", "includeBots"],
  users: [...SPAN, "segment", "includeBots", "compare"],
  unanswered: [...SPAN],
  newcomers: [...SPAN, "includeBots"],
  events: [...SPAN],
} as const satisfies Record<string, readonly (keyof Scope)[]>;

export type Route = keyof typeof ROUTES;

/** The JSON answer of a route. */
export type AnswerOf<R extends Route> = paths[`/api/analytics/${R}`]["get"] extends {
  responses: { 200: { content: { "application/json": infer Answer } } };
}
  ? Answer
  : never;

/** Returns the address of an answer, relative to the pages. */
export function addressOf(route: Route, scope: Scope, own: Record<string, string> = {}): string {
  const given = toQuery(scope);
  const known: readonly string[] = ROUTES[route];
  const query = new URLSearchParams(Object.entries(given).filter(([name]) => known.includes(name)));
  for (const [name, value] of Object.entries(own)) query.set(name, value);
  return `${API_PREFIX}/${route}?${query}`;
}

/** Returns the query of an answer about the scope of a page. */
export function answers<R extends Route>(route: R, scope: Scope, own: Record<string, string> = {}) {
  const address = addressOf(route, scope, own);
  return queryOptions({
    queryKey: [address],
    queryFn: async ({ signal }): Promise<AnswerOf<R>> => {
      const response = await apiFetch(address, { signal, headers: { accept: "application/json" } });
      return response.json();
    },
  });
}
