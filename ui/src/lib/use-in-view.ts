import { type RefObject, useEffect, useState } from "react";

/** So many pixels below the window, something counts as seen: it is there when somebody scrolls to it. */
const AHEAD = 400;

/** Returns whether an element has come into sight, or near it; once it has, it stays so. */
export function useIsInView(element: RefObject<Element | null>, ahead = AHEAD): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observed = element.current;
    if (!observed || isSeen) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
      },
      { rootMargin: `${ahead}px` },
    );
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element, isSeen, ahead]);
  return isSeen;
}
