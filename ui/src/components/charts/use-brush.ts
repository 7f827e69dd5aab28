import { type PointerEvent, useState } from "react";

/** Shorter than this, dragging is a click. */
const LEAST = 8;

interface Drag {
  from: number;
  to: number;
}

/** Dragging over a stretch of a chart with the mouse; `onBrush` is called with its ends, in pixels. */
export function useBrush(onBrush: ((left: number, right: number) => void) | undefined) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const isDragged = drag !== null && Math.abs(drag.to - drag.from) > LEAST;
  const left = (event: PointerEvent<SVGSVGElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const pointer = onBrush && {
    onPointerDown: (event: PointerEvent<SVGSVGElement>) => {
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      setDrag({ from: left(event), to: left(event) });
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      if (drag) setDrag({ ...drag, to: left(event) });
    },
    onPointerUp: () => {
      if (drag && isDragged) onBrush(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to));
      // After the click that ends the dragging, which must not open a list.
      setTimeout(() => setDrag(null));
    },
  };
  return { stretch: isDragged ? drag : null, pointer };
}
