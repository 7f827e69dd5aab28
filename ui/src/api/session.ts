import { queryOptions } from "@tanstack/react-query";
import { API_PREFIX, apiFetch, keepCsrf } from "./client";
import { ApiError } from "./errors";

/** Who is asking, and what they may do. */
export interface Session {
  /** Absent for whoever shows a credential with each request, or needs none. */
  id?: string;
  name: string;
  /** Their role in the chat, where a token says it. */
  role: string | null;
  access: "admin" | "read";
  workspaces: string[];
  csrf?: string;
  /** When it ends unless it is used before. */
  expiresAt?: string;
}

/** What somebody signs in with. */
export type Shown = { key: string } | { token: string } | { code: string };

const ADDRESS = `${API_PREFIX}/session`;

/**
 * Who is signed in; `null` where nobody is. A service that knows no sessions answers 404, which is an error:
 * its pages are then read with whatever reaches it.
 */
export const sessionQuery = queryOptions({
  queryKey: [ADDRESS],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await read(apiFetch(ADDRESS, { signal }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Signs in; the answer comes with a cookie that scripts cannot read. */
export function signIn(shown: Shown): Promise<Session> {
  const init = { method: "POST", headers: { "content-type": "application/json" } };
  return read(apiFetch(ADDRESS, { ...init, body: JSON.stringify(shown) }));
}

/** Signs in whoever is signed in to the chat on this host. */
export function exchangeSession(): Promise<Session> {
  return read(apiFetch(`${ADDRESS}/exchange`, { method: "POST" }));
}

/** Signs out. */
export async function signOut(): Promise<void> {
  await apiFetch(ADDRESS, { method: "DELETE" });
  keepCsrf(undefined);
}

async function read(response: Promise<Response>): Promise<Session> {
  const session: Session = await (await response).json();
  keepCsrf(session.csrf);
  return session;
}
