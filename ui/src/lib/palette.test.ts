import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync("src/styles/app.css", "utf8");

/** The colours that a block of the style sheet sets. */
function tokens(selector: string): Map<string, string> {
  const start = css.indexOf(`\n${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

/** Relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const light = tokens(":root");
const dark = new Map([...light, ...tokens('[data-theme="dark"]')]);

describe.each([
  ["light", light],
  ["dark", dark],
])("contrast in the %s theme", (_, theme) => {
  const of = (one: string, other: string) => contrast(theme.get(one) ?? "", theme.get(other) ?? "");
  const surfaces = ["card", "background", "subtle"];
  test.each(["foreground", "muted-foreground", "primary", "good", "bad", "warn"])(
    "%s is read as text",
    (name) => {
      for (const surface of surfaces) expect(of(name, surface), surface).toBeGreaterThanOrEqual(4.5);
    },
  );
  test.each([
    "control",
    "compare",
    "series-1",
    "series-2",
    "series-3",
    "series-4",
    "series-5",
    "series-other",
  ])("%s is seen as a mark", (name) => {
    for (const surface of ["card", "background"])
      expect(of(name, surface), surface).toBeGreaterThanOrEqual(3);
  });
  test("what is pressed can be read", () => {
    expect(of("primary-foreground", "primary")).toBeGreaterThanOrEqual(4.5);
    expect(of("primary", "primary-soft")).toBeGreaterThanOrEqual(4.5);
    expect(of("warn", "warn-soft")).toBeGreaterThanOrEqual(4.5);
    expect(of("bad", "bad-soft")).toBeGreaterThanOrEqual(4.5);
  });
});
