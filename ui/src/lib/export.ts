/**
 * Files from what is on the screen: charts as SVG and PNG, answers as the API writes them.
 */

/** Styles that a drawing needs outside of the page; they become attributes. */
const STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "fill-opacity",
  "font-size",
  "font-weight",
  "text-anchor",
  "paint-order",
];
const FONT = "Inter, system-ui, sans-serif";
const PAD = 24;

/** What is printed around a chart, so that the picture says what it is without the page. */
export interface Imprint {
  title: string;
  /** The takeaway. */
  caption?: string | undefined;
  /** Filters, period, zone and source, a line each. */
  lines: string[];
}

/** Draws charts under each other with their title and what they are about, and returns the SVG. */
export function drawFile(
  charts: SVGSVGElement[],
  imprint: Imprint,
): { svg: string; width: number; height: number } {
  const sizes = charts.map((chart) => chart.getBoundingClientRect());
  const width = Math.max(320, ...sizes.map((size) => size.width)) + 2 * PAD;
  const styles = getComputedStyle(document.documentElement);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const [ink, muted, card] = [colour("--foreground"), colour("--muted-foreground"), colour("--card")];
  const text = (line: string, y: number, size: number, weight: number, fill: string) =>
    `<text x="${PAD}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escapeXml(line)}</text>`;
  let y = PAD + 16;
  const parts = [text(imprint.title, y, 16, 600, ink)];
  for (const line of imprint.caption ? wrap(imprint.caption, (width - 2 * PAD) / 7) : []) {
    y += 20;
    parts.push(text(line, y, 14, 400, muted));
  }
  y += 20;
  for (const [place, chart] of charts.entries()) {
    const size = sizes[place];
    if (!size) continue;
    const copy = cloneStyled(chart);
    for (const [name, value] of Object.entries({ x: PAD, y, width: size.width, height: size.height }))
      copy.setAttribute(name, String(value));
    parts.push(new XMLSerializer().serializeToString(copy));
    y += size.height + 12;
  }
  for (const line of imprint.lines.flatMap((one) => wrap(one, (width - 2 * PAD) / 6))) {
    y += 16;
    parts.push(text(line, y, 12, 400, muted));
  }
  const height = y + PAD;
  const root = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">`;
  return {
    svg: `${root}<rect width="100%" height="100%" fill="${card}"/>${parts.join("")}</svg>`,
    width,
    height,
  };
}

/** Draws an SVG as a PNG of twice its size. */
export async function toPng(svg: string, width: number, height: number): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * 2);
  canvas.height = Math.ceil(height * 2);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The picture was not drawn."))),
      "image/png",
    );
  });
}

/** Gives a file to the browser to keep. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Returns the name of a file: `messages_2026-06-01_2026-06-30_Europe-Berlin.png`. */
export function fileName(id: string, first: string, last: string, zone: string, extension: string): string {
  return `${[id, first, last, zone.replaceAll("/", "-")].join("_")}.${extension}`;
}

/** Puts a text on the clipboard. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

/** Returns lines of at most so many characters, broken between words. */
function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function cloneStyled(chart: SVGSVGElement): SVGSVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const [from, to] = [chart.querySelectorAll("*"), copy.querySelectorAll("*")];
  for (const [place, element] of [...from].entries()) {
    const target = to[place];
    if (!target) continue;
    const style = getComputedStyle(element);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value) target.setAttribute(name, value);
    }
    target.removeAttribute("class");
    target.removeAttribute("style");
  }
  for (const element of copy.querySelectorAll("[data-no-export]")) element.remove();
  copy.removeAttribute("class");
  return copy;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
