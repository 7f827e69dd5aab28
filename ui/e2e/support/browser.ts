import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The system's own Chromium, with nothing that calls home. */
export const LAUNCH_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Returns where Chromium is: `E2E_CHROMIUM`, else the first one on PATH. */
export function browserPath(): string {
  const named = process.env["E2E_CHROMIUM"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found) return found;
  }
  throw new Error("There is no Chromium on PATH: scripts/ensure-tools.sh e2e installs it.");
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
