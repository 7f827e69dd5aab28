/** The prefix of all pages. */
export const PAGES = "/admin/analytics";

/** Returns where to go after signing in: an address of a page, without the prefix. Any other is the overview. */
export function nextAddress(text: string | undefined): string {
  const origin = "http://pages.invalid";
  let address: URL;
  try {
    address = new URL(text ?? "", `${origin}${PAGES}/`);
  } catch {
    return "/";
  }
  const { pathname, search } = address;
  const isOurs = address.origin === origin && (pathname === PAGES || pathname.startsWith(`${PAGES}/`));
  if (!isOurs || /[\\]|%5c|\/\//i.test(pathname)) return "/";
  const path = pathname.slice(PAGES.length) || "/";
  return path === "/sign-in" || path.startsWith("/api/") ? "/" : `${path}${search}`;
}

/** Returns what is shown as a key: a token of the chat has three parts with dots between them. */
export function shownOf(text: string): { key: string } | { token: string } {
  const shown = text.trim();
  return shown.split(".").length === 3 ? { token: shown } : { key: shown };
}

/** Returns the code of a link that signs in once, which stands behind `#` so that no log has it. */
export function codeOf(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, "")).get("code") || undefined;
}
