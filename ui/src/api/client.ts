import { ApiError, refusalOf } from "./errors";

/** The API under the prefix of the pages: the session's cookie is sent there and nowhere else. */
export const API_PREFIX = "/admin/analytics/api";

/** Fetches, and throws an {@link ApiError} for whatever is no answer. */
export async function apiFetch(address: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    const message = "The service was not reached.";
    throw new ApiError(0, { code: "unreachable", message, requestId: undefined, retryAfter: undefined });
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  throw new ApiError(response.status, refusalOf(response, body));
}
