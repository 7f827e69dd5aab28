import type { Import } from "@/api/imports";

/** How much of an import's present state is done, of one hundred; `undefined` where nobody knows. */
export function percentOf({ doneBytes, totalBytes }: Pick<Import, "doneBytes" | "totalBytes">) {
  if (!totalBytes) return undefined;
  return Math.min(100, (100 * doneBytes) / totalBytes);
}

/** What stands for an import: the newest one, unless somebody has put that away. */
export function shownImport(imports: Import[] | undefined, putAway: string | undefined): Import | undefined {
  const newest = imports?.[0];
  return newest && newest.id !== putAway && newest.state !== "cancelled" ? newest : undefined;
}

/** Files that a chooser of files shows first. */
export const ACCEPTED = ".zip,.ndjson,.jsonl,.gz,.zst,.csv";
