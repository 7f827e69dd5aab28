/** How many channels stand side by side. */
const MOST = 3;

/** Returns the channels with one more, or without it; of more than three the first one goes. */
export function toggled(ids: string[], id: string): string[] {
  if (ids.includes(id)) return ids.filter((one) => one !== id);
  return [...ids, id].slice(-MOST);
}

interface Pair {
  channelId: string;
  otherChannelId: string;
  both: number;
  either: number;
}

/** Returns the pairs of which both channels are compared. */
export function pairsAmong<P extends Pair>(pairs: P[], ids: string[]): P[] {
  return pairs.filter((pair) => ids.includes(pair.channelId) && ids.includes(pair.otherChannelId));
}
