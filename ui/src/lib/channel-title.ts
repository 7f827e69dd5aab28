/** Returns how a channel is written: `#general`; conversations are named after people, and have no mark. */
export function channelTitle(name: string): string {
  return /\s/.test(name) ? name : `#${name}`;
}
