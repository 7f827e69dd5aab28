/**
 * Pages in a frame of other pages: what these are told, and how they may colour them.
 *
 * The service writes into the page whose frames it may stand in (`ANALYTICS_FRAME_ANCESTORS`). Nobody else is told
 * anything: the browser gives a message to the origin that it is addressed to, and to no other.
 */

/** What stands in the page where no server has named anybody. */
const PLACEHOLDER = "__FRAME_ANCESTORS__";

/** Returns the origins that may show the pages in a frame. */
export function originsOf(content: string | undefined, own: string): string[] {
  const listed = content === undefined || content === PLACEHOLDER ? [] : content.split(" ");
  return listed
    .map((source) => (source === "'self'" ? own : source))
    .filter((origin) => /^https?:\/\/[^/*]+$/.test(origin));
}

/** What pages around a frame are told. */
type Told =
  | { type: "nchat-analytics:height"; height: number }
  | { type: "nchat-analytics:navigate"; path: string };

/** Tells the page around this frame something, if it is one of those that may show it. */
export function tell(told: Told): void {
  if (window.parent === window) return;
  const named = document.querySelector<HTMLMetaElement>('meta[name="frame-ancestors"]')?.content;
  for (const origin of originsOf(named, window.location.origin)) window.parent.postMessage(told, origin);
}

/** Returns a colour of an address as CSS; `undefined` for what is none. */
function colourOf(text: string | undefined): string | undefined {
  const digits = text?.replace(/^#/, "") ?? "";
  return /^([\da-f]{3}|[\da-f]{6})$/i.test(digits) ? `#${digits.toLowerCase()}` : undefined;
}

/** Returns the contrast of two colours as WCAG defines it, from 1 to 21. */
function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.slice(1);
  const size = digits.length / 3;
  const [red = 0, green = 0, blue = 0] = [0, 1, 2].map((place) => {
    const part = digits.slice(place * size, (place + 1) * size);
    const value = Number.parseInt(size === 1 ? part + part : part, 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast that text in a colour needs on a card. */
const ENOUGH = 4.5;

/** Returns how to colour what is active in a given colour; nothing where it could not be read on a card. */
export function accentStyle(
  accent: string | undefined,
  card: string,
): Record<"--primary" | "--ring" | "--primary-foreground", string> | undefined {
  const colour = colourOf(accent);
  if (!colour || contrastOf(colour, card) < ENOUGH) return undefined;
  const ink = contrastOf(colour, "#ffffff") >= contrastOf(colour, "#0f172a") ? "#ffffff" : "#0f172a";
  return { "--primary": colour, "--ring": colour, "--primary-foreground": ink };
}
