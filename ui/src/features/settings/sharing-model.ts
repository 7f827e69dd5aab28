/** Returns what a shared link is about, as its address says it: what is the default is left out. */
export function scopeOf(query: string): string {
  const defaults: Record<string, string> = { compare: "previous" };
  const parts = [...new URLSearchParams(query)].filter(([name, value]) => defaults[name] !== value);
  return parts.map(([name, value]) => `${name} ${value}`).join(" · ");
}
