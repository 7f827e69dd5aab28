import { defineConfig } from "@playwright/test";
import { browserPath, LAUNCH_ARGUMENTS } from "./e2e/support/browser";

/** Where failures leave pictures, and `make screenshots` its own: outside of the checkout. */
const output = process.env["E2E_OUTPUT"] ?? "node_modules/.e2e";

export default defineConfig({
  testDir: "e2e",
  outputDir: `${output}/results`,
  // One browser and one service at a time: whatever is measured is measured alone.
  workers: 1,
  retries: 0,
  // Long enough for a debug build on a busy machine.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    launchOptions: { executablePath: browserPath(), args: LAUNCH_ARGUMENTS },
    locale: "en-GB",
    // Neither the zone of the service nor UTC: a day that comes from the browser's clock is a fault.
    timezoneId: "America/Los_Angeles",
    viewport: { width: 1280, height: 900 },
    screenshot: "only-on-failure",
  },
});
