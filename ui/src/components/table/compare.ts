/**
 * Orders two values of a column. What is not known comes last in either order, so the order is told here:
 * the table turns the result around for `desc`.
 */
export function compareValues(one: unknown, other: unknown, order: "asc" | "desc"): number {
  const last = order === "desc" ? -1 : 1;
  if (one == null || other == null) return one == null ? (other == null ? 0 : last) : -last;
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true, sensitivity: "base" });
}
