import { queryOptions } from "@tanstack/react-query";
import { type AnswerOf, answers } from "@/api/answers";
import { change } from "@/api/change";
import { API_PREFIX, apiFetch } from "@/api/client";
import { ApiError } from "@/api/errors";
import { DEFAULT_SCOPE } from "@/lib/url-state";

export type Segment = AnswerOf<"segments">["segments"][number];
export type Annotation = AnswerOf<"annotations">["annotations"][number];

/** A setting as it holds, and where its value is from. */
export interface Setting {
  name: string;
  section: string;
  about: string;
  /** `null` where nothing is set, and for secrets. */
  value: string | null;
  isSet: boolean;
  isSecret: boolean;
  origin: "default" | "environment" | "file";
  setBy: string | null;
}

/** What the service says of how it is set up. */
export interface Settings {
  version: string;
  timezone: string;
  weekStart: string;
  privacy: { mode: "full" | "pseudonymous" | "aggregate"; minGroup: number };
  chatUrl: string | null;
  /** Every setting, for administrators of all workspaces. */
  settings?: Setting[];
}

/** A key, without its secret. */
export interface Key {
  id: string;
  name: string;
  access: "admin" | "read" | "write";
  workspace: string | null;
  kinds: string[];
  origins: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

/** Somebody who is signed in. */
export interface OpenSession {
  id: string;
  name: string;
  access: "admin" | "read";
  openedBy: string;
  address: string;
  createdAt: string;
  seenAt: string;
  isCurrent: boolean;
}

/** Asks for what a service may not have, or may not show to everybody: `null` then. */
function optional<T>(path: string) {
  const address = `${API_PREFIX}/${path}`;
  return queryOptions({
    queryKey: [address] as const,
    queryFn: async ({ signal }): Promise<T | null> => {
      try {
        return (await (await apiFetch(address, { signal })).json()) as T;
      } catch (error) {
        if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null;
        throw error;
      }
    },
  });
}

export const settingsQueries = {
  settings: () => optional<Settings>("settings"),
  keys: () => optional<{ keys: Key[] }>("keys"),
  sessions: () => optional<{ sessions: OpenSession[] }>("sessions"),
  segments: () => answers("segments", DEFAULT_SCOPE),
  annotations: () => answers("annotations", DEFAULT_SCOPE, { limit: "1000" }),
};

export interface NewKey {
  name: string;
  access: Key["access"];
  expires?: string;
  kinds?: string[];
  origins?: string[];
}

export const createKey = (key: NewKey) => change<Key & { secret: string }>("POST", "keys", key);
export const revokeKey = (id: string) => change("DELETE", `keys/${encodeURIComponent(id)}`);
export const endSession = (id: string) => change("DELETE", `sessions/${encodeURIComponent(id)}`);

/** What a segment or an annotation is made of: the body of its `POST` and `PUT`. */
export type Draft = Record<string, string>;

/** Keeps something anew, or puts it in the place of the version that was read. */
export function keep(list: "segments" | "annotations", draft: Draft, old?: { id: string; version: number }) {
  if (!old) return change("POST", list, draft);
  return change("PUT", `${list}/${encodeURIComponent(old.id)}`, draft, { "if-match": `"${old.version}"` });
}

export const remove = (list: "segments" | "annotations", id: string) =>
  change("DELETE", `${list}/${encodeURIComponent(id)}`);

/** Whom a rule would hold: how many, and the first ten. */
export interface Preview {
  members: { id: string; name: string | null }[];
  total: number;
}

export const previewRule = (subject: string, rule: string) =>
  change<Preview>("POST", "segments/preview", { subject, rule });
