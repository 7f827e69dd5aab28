/** A bucket of a channel's messages. */
interface Bucket {
  date: string;
  count: number;
  complete: boolean;
}

/** A day that carries so much of everything that it has to be said. */
export interface Outburst {
  date: string;
  count: number;
  /** The mean of the other buckets that are over. */
  usual: number;
}

/** Returns the bucket that has at least a third of everything, where there are enough buckets to say so. */
export function outburstOf(series: Bucket[]): Outburst | undefined {
  const all = series.reduce((sum, bucket) => sum + bucket.count, 0);
  const most = series.reduce<Bucket | undefined>(
    (best, bucket) => (bucket.count > (best?.count ?? 0) ? bucket : best),
    undefined,
  );
  if (!most || series.length < 7 || most.count * 3 < all) return undefined;
  const others = series.filter((bucket) => bucket !== most && bucket.complete);
  const rest = others.reduce((sum, bucket) => sum + bucket.count, 0);
  return { date: most.date, count: most.count, usual: others.length > 0 ? rest / others.length : 0 };
}

interface Pair {
  channelId: string;
  name: string;
  otherChannelId: string;
  otherName: string;
  both: number;
}

/** Returns the channels that share writers with one, most in common first. */
export function sharedWith(pairs: Pair[], id: string): { channelId: string; name: string; both: number }[] {
  return pairs
    .filter((pair) => pair.channelId === id || pair.otherChannelId === id)
    .map((pair) =>
      pair.channelId === id
        ? { channelId: pair.otherChannelId, name: pair.otherName, both: pair.both }
        : { channelId: pair.channelId, name: pair.name, both: pair.both },
    )
    .toSorted((one, other) => other.both - one.both);
}

/** Returns the rows of which one has to be among them: the first ones, and that one in the place of the last. */
export function including<Row extends { key: string }>(rows: Row[], key: string, most: number): Row[] {
  const first = rows.slice(0, most);
  const own = rows.find((row) => row.key === key);
  if (!own || first.includes(own)) return first;
  return [...first.slice(0, most - 1), own];
}
