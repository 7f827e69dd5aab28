const PATH = /^\/admin\/analytics\/s\/([\w-]+)\/?$/;

/** Returns the token in the path of a shared link; `undefined` for any other path. */
export function tokenOf(pathname: string): string | undefined {
  return PATH.exec(pathname)?.[1];
}

/**
 * The token of the link that this document was opened by. It is shown with every request, and whatever the
 * service refuses with it is refused: no session stands behind it.
 */
export const shareToken = tokenOf(window.location.pathname);
