/** Returns the filter that two of them make together. */
export function bothFilters(one: string | undefined, other: string | undefined): string | undefined {
  if (!one || !other) return one || other || undefined;
  return `(${one}) and (${other})`;
}
