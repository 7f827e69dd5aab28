const ESCAPED: Record<string, string> = { "&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;" };

/** Returns the markup of a frame with a page, for other pages. */
export function frameOf(address: string): string {
  const text = address.replace(/[&"<>]/g, (mark) => ESCAPED[mark] ?? mark);
  return `<iframe src="${text}" title="nchat-analytics" loading="lazy" style="width: 100%; height: 720px; border: 0"></iframe>`;
}
