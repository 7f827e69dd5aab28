import { type RefObject, useEffect, useState } from "react";

/** So many pixels below the window, something counts as seen: it is there when somebody scrolls to it. */
const AHEAD = 400;

interface InViewOptions {
  ahead?: number;
  /** Whether it is where it will be: what is above it may still grow. */
  isPlaced?: boolean;
}

/** Returns whether an element has come into sight, or near it; once it has, it stays so. */
export function useIsInView(
  element: RefObject<Element | null>,
  { ahead = AHEAD, isPlaced = true }: InViewOptions = {},
): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observed = element.current;
    if (!observed || isSeen || !isPlaced) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
      },
      { rootMargin: `${ahead}px` },
    );
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element, isSeen, ahead, isPlaced]);
  return isSeen;
}
