import type { Scope } from "@/lib/url-state";
import type { paths } from "./schema.gen";

const SPAN = ["period", "from", "to", "asOf", "tz"] as const;
const EVENTS = [...SPAN, "channelId", "userId", "filter"] as const;
const ALL = [...EVENTS, "segment", "includeBots"] as const;
const COMPARED = [...ALL, "compare"] as const;
const SERIES = [...COMPARED, "groupBy"] as const;

/** The routes that pages read, with the parts of the scope that each takes. The API refuses any other. */
export const ROUTES = {
  adoption: [...SPAN, "includeBots", "compare"],
  annotations: ["from", "to"],
  changes: COMPARED,
  channels: SERIES,
  "channels/care": ALL,
  "channels/compare": [...SPAN, "userId", "filter", "includeBots", "compare", "groupBy"],
  "channels/{id}": [...SPAN, "userId", "filter", "includeBots", "compare", "groupBy"],
  content: COMPARED,
  "content/emoji": COMPARED,
  "content/files": COMPARED,
  "content/hashtags": COMPARED,
  "content/links": COMPARED,
  "content/topics": COMPARED,
  dashboard: SERIES,
  "dead-letters": [],
  dimensions: [],
  distribution: COMPARED,
  events: ALL,
  export: SERIES,
  funnels: [],
  "funnels/presets": [],
  "funnels/{id}/run": ALL,
  heatmap: COMPARED,
  insights: ["period"],
  journeys: ALL,
  ledger: [],
  lifecycle: [...SPAN, "segment", "includeBots", "groupBy"],
  logins: SERIES,
  messages: SERIES,
  metrics: [],
  newcomers: SPAN,
  participation: COMPARED,
  "platform-health": SERIES,
  realtime: ["asOf", "channelId", "userId", "filter", "segment", "includeBots"],
  reports: [],
  "reports/templates": [],
  "reports/{id}/runs": [],
  "response-times": [...EVENTS, "compare", "groupBy"],
  retention: [...SPAN, "segment", "includeBots", "groupBy"],
  search: [],
  segments: [],
  "segments/{id}/members": SPAN,
  status: [],
  stickiness: [...SPAN, "includeBots", "compare"],
  unanswered: EVENTS,
  users: SERIES,
  "users/matrix": ALL,
  views: [],
  "users/{id}": [...SPAN, "channelId", "filter", "compare", "groupBy"],
} as const satisfies Record<string, readonly (keyof Scope)[]>;

export type Route = keyof typeof ROUTES;

/** Routes whose buckets are of whole days. */
const OF_DAYS: Route[] = ["lifecycle", "retention", "users/{id}"];

/** Returns what of the parameters of a page a route takes, which refuses any other; `own` are those of itself. */
export function taken(
  route: Route,
  query: Record<string, string>,
  own: Record<string, string | undefined>,
): Record<string, string> {
  const known: readonly string[] = ROUTES[route];
  const isListOfEvents = route === "export" && own["metrics"] === "events";
  const hasBuckets = !isListOfEvents && (route !== "channels" || own["include"] === "series");
  const isTaken = (name: string, value: string) => {
    if (name === "compare") return !isListOfEvents;
    if (name === "groupBy") return hasBuckets && !(value === "hour" && OF_DAYS.includes(route));
    return true;
  };
  return Object.fromEntries(
    Object.entries(query).filter(([name, value]) => known.includes(name) && isTaken(name, value)),
  );
}

/** The JSON answer of a route. */
export type AnswerOf<R extends Route> = paths[`/api/analytics/${R}`]["get"] extends {
  responses: { 200: { content: { "application/json": infer Answer } } };
}
  ? Answer
  : never;

/** What narrows a question. Where a route does not take one of these, its card has to say so. */
const NARROWING = ["channelId", "userId", "filter", "segment", "includeBots"] as const;
export type Narrowing = (typeof NARROWING)[number];

/** Returns what of the scope narrows other answers and not those of a route. */
export function notHonoured(route: Route, scope: Scope): Narrowing[] {
  const known: readonly string[] = ROUTES[route];
  return NARROWING.filter((name) => scope[name] !== undefined && !known.includes(name));
}
