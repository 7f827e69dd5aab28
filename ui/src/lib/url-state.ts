/**
 * What a page shows, in its address.
 *
 * The names and values are those of the API: whoever can read a link can write a request. Values are plain
 * strings; what is the default is left out; what is not known is dropped and named, so that the page can
 * say so.
 */
export const PERIODS = [
  "today",
  "yesterday",
  "24h",
  "7d",
  "14d",
  "30d",
  "90d",
  "365d",
  "6mo",
  "12mo",
  "all",
  "thisWeek",
  "lastWeek",
  "thisMonth",
  "lastMonth",
  "thisQuarter",
  "thisYear",
] as const;
export type Period = (typeof PERIODS)[number];

export const COMPARES = ["previous", "weekday", "year", "none"] as const;
export type Compare = (typeof COMPARES)[number] | `${string}..${string}`;

export const GRAINS = ["hour", "day", "week", "month"] as const;
export type Grain = (typeof GRAINS)[number];

/** What a control changes: a part that is `undefined` is taken out. */
export type ScopeChange = { [Key in keyof Scope]?: Scope[Key] | undefined };

/** What travels along every link between pages. */
export interface Scope {
  period: Period;
  /** With `to` instead of a period: local days, of which `to` is the first that is not in the span. */
  from?: string;
  to?: string;
  compare: Compare;
  tz?: string;
  groupBy?: Grain;
  includeBots?: boolean;
  channelId?: string;
  userId?: string;
  filter?: string;
  segment?: string;
  /** Set by "Freeze": the link stays at that moment. */
  asOf?: string;
}

export const DEFAULT_SCOPE: Scope = { period: "30d", compare: "previous" };

type Codec = { [Key in keyof Required<Scope>]: (text: string) => Scope[Key] | undefined };

const DATE = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/;
const text = (value: string) => value || undefined;
const date = (value: string) => (DATE.test(value) ? value : undefined);
const one =
  <T extends string>(known: readonly T[]) =>
  (value: string): T | undefined =>
    known.find((name) => name === value);

/** In the order in which they stand in an address. */
const CODEC: Codec = {
  period: one(PERIODS),
  from: date,
  to: date,
  compare: (value) => {
    const [from, to, ...rest] = value.split("..");
    const isSpan = rest.length === 0 && DATE.test(from ?? "") && DATE.test(to ?? "");
    return isSpan ? (value as Compare) : one(COMPARES)(value);
  },
  tz: (value) => (isZone(value) ? value : undefined),
  groupBy: one(GRAINS),
  includeBots: (value) => (value === "true" ? true : undefined),
  channelId: text,
  userId: text,
  filter: text,
  segment: text,
  asOf: date,
};
const KEYS = Object.keys(CODEC) as (keyof Scope)[];

/** How a page is shown, which also travels along every link. */
const DISPLAY = ["embed", "theme", "lang", "accent", "names"];

/** Parameters of an address as they are: plain strings. */
export type Search = Record<string, string>;

/** Returns what of an address travels to another page: the scope and how pages are shown. */
export function travelling(search: Search): Search {
  const names: string[] = [...KEYS, ...DISPLAY];
  return Object.fromEntries(Object.entries(search).filter(([name]) => names.includes(name)));
}

/** Returns what of an address says the same to everybody: without how it is shown to one person. */
export function forOthers(search: Search): Search {
  return Object.fromEntries(Object.entries(search).filter(([name]) => !DISPLAY.includes(name)));
}

/** Returns what of an address is no part of the scope. */
export function withoutScope(search: Search): Search {
  return Object.fromEntries(Object.entries(search).filter(([name]) => !(KEYS as string[]).includes(name)));
}

/** Returns the address with another scope; whatever is not part of the scope stays, in its order. */
export function withScope(search: Search, scope: Scope): Search {
  return { ...Object.fromEntries(writeScope(scope)), ...withoutScope(search) };
}

/** Returns the address with other parameters of a page; those that are empty are taken out. */
export function withView(search: Search, changes: Record<string, string | undefined>): Search {
  const merged = Object.entries({ ...search, ...changes });
  return Object.fromEntries(merged.filter((pair): pair is [string, string] => Boolean(pair[1])));
}

/** Writes parameters as text. Marks that are allowed in a query stay readable. */
export function writeSearch(search: Search): string {
  const text = new URLSearchParams(search).toString();
  return text.replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%40", "@");
}

/** A scope, and the names of what could not be read. */
export interface ReadScope {
  scope: Scope;
  ignored: string[];
}

/** Reads the scope of an address. */
export function readScope(search: URLSearchParams): ReadScope {
  const scope: Scope = { ...DEFAULT_SCOPE };
  const ignored: string[] = [];
  for (const key of KEYS) {
    const given = search.get(key);
    if (given === null) continue;
    const value = CODEC[key](given);
    if (value === undefined) ignored.push(key);
    else Object.assign(scope, { [key]: value });
  }
  // Half a span is none.
  if ((scope.from === undefined) !== (scope.to === undefined)) {
    ignored.push(scope.from === undefined ? "to" : "from");
    delete scope.from;
    delete scope.to;
  }
  return { scope, ignored };
}

/** Writes a scope as parameters of an address, in a fixed order and without defaults. */
export function writeScope(scope: Scope): URLSearchParams {
  const search = new URLSearchParams();
  for (const key of KEYS) {
    const value = scope[key];
    const isDefault = value === undefined || value === false || value === DEFAULT_SCOPE[key];
    if (isDefault || (key === "period" && scope.from !== undefined)) continue;
    search.set(key, String(value));
  }
  return search;
}

/** Returns the parameters of a request to the API: the same names, with nothing left out. */
export function toQuery(scope: Scope): Record<string, string> {
  const query = Object.fromEntries(writeScope(scope));
  if (scope.from === undefined) query["period"] = scope.period;
  query["compare"] = scope.compare;
  return query;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
