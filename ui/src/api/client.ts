import { shareToken } from "@/lib/share-token";
import { ApiError, isRecord, refusalOf } from "./errors";

/** The API under the prefix of the pages: the session's cookie is sent there and nowhere else. */
export const API_PREFIX = "/admin/analytics/api";

/**
 * The session's token. Whatever may change something shows it, questions that are posted too; so it is kept
 * where every request passes.
 */
let csrf: string | undefined;

/** Keeps the token of the session; `undefined` after signing out. */
export function keepCsrf(token: string | undefined): void {
  csrf = token;
}

/** Fetches, and throws an {@link ApiError} for whatever is no answer. */
export async function apiFetch(address: string, init: RequestInit = {}): Promise<Response> {
  const isRead = init.method === undefined || init.method === "GET";
  if (isRead) return send(address, init);
  const shown = csrf;
  try {
    return await send(address, withCsrf(init));
  } catch (error) {
    // Another tab may have signed in anew: its token is the one that counts.
    if (!(error instanceof ApiError) || error.refusal.code !== "csrf_refused") throw error;
    const session: unknown = await (await send(`${API_PREFIX}/session`, {})).json();
    csrf = isRecord(session) && typeof session["csrf"] === "string" ? session["csrf"] : undefined;
    if (csrf === shown) throw error;
    return send(address, withCsrf(init));
  }
}

function withCsrf(init: RequestInit): RequestInit {
  const headers = new Headers(init.headers);
  if (csrf !== undefined) headers.set("x-csrf-token", csrf);
  return { ...init, headers };
}

/** A request of whoever came by a link: its token stands for it, whoever else is signed in here. */
function shown(init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set("x-share-token", token);
  return { ...init, headers, credentials: "omit" };
}

async function send(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(
      address,
      shareToken ? shown(init, shareToken) : { credentials: "same-origin", ...init },
    );
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    const message = "The service was not reached.";
    throw new ApiError(0, { code: "unreachable", message, requestId: undefined, retryAfter: undefined });
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  throw new ApiError(response.status, refusalOf(response, body));
}
