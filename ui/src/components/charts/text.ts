/** Shortens a text to so many characters, with an ellipsis where something is left out. */
export function clip(text: string, most: number): string {
  const room = Math.max(1, Math.floor(most));
  return text.length <= room ? text : `${text.slice(0, room - 1).trimEnd()}…`;
}
