import { API_PREFIX, apiFetch } from "./client";

/** How something is changed: made, replaced, or taken away. */
export type ChangeMethod = "POST" | "PUT" | "DELETE";

/** Changes something, and returns what the API says of it. `path` follows the prefix: "funnels/f1". */
export async function change<T>(
  method: ChangeMethod,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await apiFetch(`${API_PREFIX}/${path}`, {
    method,
    headers: { accept: "application/json", ...(body && { "content-type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}
