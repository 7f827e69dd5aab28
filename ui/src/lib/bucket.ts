import { dateIn } from "./plain-date";

/** Returns the span of a bucket of a chart, half-open, as drawers take it: local days, or instants of hours. */
export function spanOfBucket(
  bucket: { date: string; end: string },
  zone: string,
): { from: string; to: string } {
  if (bucket.date.length > 10) return { from: bucket.date, to: bucket.end };
  return { from: bucket.date, to: dateIn(bucket.end, zone) };
}
