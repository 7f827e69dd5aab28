import { queryOptions } from "@tanstack/react-query";
import { type Scope, toQuery, writeSearch } from "@/lib/url-state";
import { API_PREFIX, apiFetch } from "./client";
import { type AnswerOf, type Narrowing, notHonoured, type Route, taken } from "./routes";
import type { paths } from "./schema.gen";

export type { AnswerOf, Route } from "./routes";

/** Parameters of a route itself, and the identifiers in its path (`{ id }`). */
export type Own = Record<string, string | undefined>;

/** Returns the address of an answer, on the host of the pages. */
export function addressOf(route: Route, scope: Scope, own: Own = {}): string {
  const query = taken(route, toQuery(scope), own);
  let path: string = route;
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined) continue;
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(value));
    else query[name] = value;
  }
  const text = writeSearch(query);
  return `${API_PREFIX}/${path}${text && `?${text}`}`;
}

/** The body of a question to `POST /query`. */
export type QueryBody = NonNullable<
  paths["/api/analytics/query"]["post"]["requestBody"]
>["content"]["application/json"];

/** The answer of `POST /query`. */
export type QueryAnswer =
  paths["/api/analytics/query"]["post"]["responses"][200]["content"]["application/json"];

/** What a request is, so that its very answer can be exported, proved and copied. */
export interface Asked {
  address: string;
  /** The body of a question that is posted. */
  body?: object;
  /** What narrows other answers and not this one. */
  notHonoured: Narrowing[];
}

/** Returns the query of an answer about the scope of a page. */
export function answers<R extends Route>(route: R, scope: Scope, own: Own = {}) {
  const address = addressOf(route, scope, own);
  const asked: Asked = { address, notHonoured: notHonoured(route, scope) };
  return queryOptions({
    queryKey: [address] as const,
    meta: { isAnswer: true, asked },
    queryFn: ({ signal }) => fetchAnswer<AnswerOf<R>>(asked, signal),
  });
}

/** Returns the query of any question: metrics by dimensions (`POST /query`) about the scope of a page. */
export function question(scope: Scope, body: Omit<QueryBody, Exclude<keyof Scope, "groupBy">>) {
  const { includeBots, ...given } = toQuery(scope);
  const { groupBy, ...span } = given;
  const whole = { ...span, ...(includeBots && { includeBots: true }), ...body } as QueryBody;
  const asked: Asked = { address: `${API_PREFIX}/query`, body: whole, notHonoured: [] };
  return queryOptions({
    queryKey: [asked.address, whole] as const,
    meta: { isAnswer: true, asked },
    queryFn: ({ signal }) => fetchAnswer<QueryAnswer>(asked, signal),
  });
}

/** Asks, with parameters beside those of the request: `explain`, `source`, `format`. */
export async function fetchAnswer<T>(asked: Asked, signal?: AbortSignal, own: Own = {}): Promise<T> {
  return (await fetchAsked(asked, own, signal)).json();
}

/** Sends a request as {@link fetchAnswer} does, and returns the answer as it came: a file, for one. */
export function fetchAsked(asked: Asked, own: Own = {}, signal?: AbortSignal): Promise<Response> {
  const init = { headers: { accept: "application/json" }, ...(signal && { signal }) };
  if (!asked.body) return apiFetch(withOwn(asked.address, own), init);
  const isTrue = (value: string | undefined) => (value === "true" ? true : value);
  const more = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, isTrue(value)]));
  return apiFetch(asked.address, {
    ...init,
    method: "POST",
    headers: { ...init.headers, "content-type": "application/json" },
    body: JSON.stringify({ ...asked.body, ...more }),
  });
}

/** Returns an address with parameters beside its own. */
export function withOwn(address: string, own: Own): string {
  const [path = "", query = ""] = address.split("?");
  const search = new URLSearchParams(query);
  for (const [name, value] of Object.entries(own)) if (value !== undefined) search.set(name, value);
  const text = writeSearch(Object.fromEntries(search));
  return `${path}${text && `?${text}`}`;
}
