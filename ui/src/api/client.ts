import createClient from "openapi-fetch";
import { ApiError, refusalOf } from "./errors";
import type { paths } from "./schema.gen";

/** The API under the prefix of the pages: cookies of the session are sent there and nowhere else. */
export const API_PREFIX = "/admin/analytics/api";

/** Fetches, and throws an {@link ApiError} for whatever is no answer. */
export const apiFetch: typeof fetch = async (input, init) => {
  let response: Response;
  try {
    response = await fetch(input, { credentials: "same-origin", ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    const message = "The service was not reached.";
    throw new ApiError(0, { code: "unreachable", message, requestId: undefined, retryAfter: undefined });
  }
  if (response.ok || response.status === 304) return response;
  const body: unknown = await response.json().catch(() => undefined);
  throw new ApiError(response.status, refusalOf(response, body));
};

/** The typed client: one method for each route of the OpenAPI document. */
export const client = createClient<paths>({ baseUrl: API_PREFIX.replace(/\/api$/, ""), fetch: apiFetch });
