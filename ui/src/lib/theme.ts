import { accentStyle } from "./embed";

export type Theme = "light" | "dark" | "system";
/** What is coloured by the accent of an address. */
const ACCENTED = ["--primary", "--ring", "--primary-foreground"] as const;
const KEY = "nchat-analytics-theme";

/** Returns the theme that the address asks for, else the one that was chosen, else the system's. */
export function readTheme(): Theme {
  const asked = new URLSearchParams(window.location.search).get("theme") ?? localStorage.getItem(KEY);
  return asked === "light" || asked === "dark" ? asked : "system";
}

/** Uses a theme, and remembers it. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  apply();
}

/** Uses the theme, and follows the system's where none was chosen. */
export function startTheme(): void {
  apply();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
}

function apply(): void {
  const theme = readTheme();
  const isDark =
    theme === "dark" || (theme === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  const root = document.documentElement;
  root.dataset["theme"] = isDark ? "dark" : "light";
  const accent = new URLSearchParams(window.location.search).get("accent") ?? undefined;
  const styles = accentStyle(accent, getComputedStyle(root).getPropertyValue("--card").trim());
  for (const name of ACCENTED) root.style.setProperty(name, styles?.[name] ?? "");
}
