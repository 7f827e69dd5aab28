import { useRef } from "react";

interface Opener {
  onOpenAutoFocus: () => void;
  onCloseAutoFocus: (event: Event) => void;
}

/** Returns what brings the focus back to where it was before a dialog without a button of its own. */
export function useOpener(): Opener {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: () => {
      opener.current = document.activeElement;
    },
    onCloseAutoFocus: (event) => {
      const before = opener.current;
      if (!(before instanceof HTMLElement || before instanceof SVGElement) || !before.isConnected) return;
      event.preventDefault();
      before.focus();
    },
  };
}
