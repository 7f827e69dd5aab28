const KEY = "nchat-analytics-recent";
const MOST = 4;

/** Returns what was chosen last, the latest first. */
export function recallChoices(): string[] {
  return (localStorage.getItem(KEY) ?? "").split("\n").filter(Boolean);
}

/** Remembers that something was chosen. */
export function rememberChoice(id: string): void {
  const ids = [id, ...recallChoices().filter((other) => other !== id)].slice(0, MOST);
  localStorage.setItem(KEY, ids.join("\n"));
}
