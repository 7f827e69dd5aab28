import { queryOptions } from "@tanstack/react-query";
import { change } from "./change";
import { API_PREFIX, apiFetch } from "./client";
import type { paths } from "./schema.gen";

type Answer = paths["/api/analytics/imports"]["get"]["responses"][200]["content"]["application/json"];

/** A history that is uploaded, and how far it is. */
export type Import = Answer["imports"][number];

/** Something that could not be stored as it is written. */
export type Finding = Import["found"]["findings"][number];

/** Time between two looks while something changes by itself. */
const POLL_MS = 1_000;
const OVER = ["done", "failed", "cancelled"];

/** Whether nothing follows. */
export const isOver = (one: Import): boolean => OVER.includes(one.state);

/** The uploads since the service was started, the newest first. */
export const importsQuery = queryOptions({
  queryKey: [`${API_PREFIX}/imports`],
  queryFn: async ({ signal }): Promise<Answer> =>
    (await apiFetch(`${API_PREFIX}/imports`, { signal })).json(),
  refetchInterval: ({ state }) => {
    const [newest] = state.data?.imports ?? [];
    return newest && !isOver(newest) ? POLL_MS : false;
  },
});

/** Uploads a file, which is counted then. It goes out as it is read: its size does not matter here. */
export async function uploadHistory(file: File, signal: AbortSignal): Promise<void> {
  const name = encodeURIComponent(file.name);
  await apiFetch(`${API_PREFIX}/imports?name=${name}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: file,
    signal,
  });
}

/** How what was counted is stored. */
export interface ImportChoices {
  /** Whether what is too old to stay is left out. */
  skipsOld: boolean;
  /** Whether channels of which nothing says who may see them give no terms. */
  isUnknownConfidential: boolean;
}

/** Stores what was counted. */
export const startImport = (id: string, { skipsOld, isUnknownConfidential }: ImportChoices) =>
  change<Import>(
    "POST",
    `imports/${id}?skipOld=${skipsOld}&unknownChannels=${isUnknownConfidential ? "confidential" : "public"}`,
  );

/** Breaks an import off; what was stored before stays. */
export const cancelImport = (id: string) => change<Import>("DELETE", `imports/${id}`);
