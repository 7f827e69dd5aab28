import { setNonce } from "get-nonce";

/** What stands in the page where no server has put a nonce, as while pages are worked on. */
const PLACEHOLDER = "__CSP_NONCE__";

/** Gives the nonce of the page to the parts that add styles while they are open, so that its policy allows them. */
export function startNonce(): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
  if (nonce && nonce !== PLACEHOLDER) setNonce(nonce);
}
