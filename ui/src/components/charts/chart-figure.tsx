import { type PointerEvent, type ReactNode, type RefObject, type SVGProps, useId, useState } from "react";
import { cn } from "@/lib/cn";
import { ChartTooltip, spokenTip, type Tip } from "./tooltip";
import type { Mark, Marks } from "./use-marks";

export interface ChartFigureProps {
  /** Measures the width: from `useWidth()`. */
  box: RefObject<HTMLDivElement | null>;
  width: number;
  height: number;
  /** The takeaway, read as the chart's text. */
  caption: string;
  /** The marks. */
  children: ReactNode;
  /** The mark that is looked at, in words, and where it is. */
  tip: { tip: Tip; x: number; y: number } | null;
  /** From `useMarks()`. */
  marks: Marks;
  /** More to do with the pointer, beside looking at marks. */
  pointer?: Pick<SVGProps<SVGSVGElement>, "onPointerDown" | "onPointerMove" | "onPointerUp">;
  /** Whether the mark that is looked at has a list, in charts of which some have none. */
  canOpen?: boolean;
  /** The mark at a point of the chart, in pixels; `null` beside all of them. */
  markAt: (x: number, y: number) => Mark | null;
}

/** The frame of every chart: one stop of the keyboard, its caption as text, tooltip and spoken marks. */
export function ChartFigure(props: ChartFigureProps) {
  const { box, width, height, caption, children, tip, marks, markAt, pointer } = props;
  const id = useId();
  // Of charts that share a mark, only the one that is looked at says what it is.
  const [isActive, setActive] = useState(false);
  const look = (event: PointerEvent<SVGSVGElement>) => {
    const frame = event.currentTarget.getBoundingClientRect();
    marks.setAt(markAt(event.clientX - frame.left, event.clientY - frame.top));
  };
  const leave = () => {
    setActive(false);
    marks.setAt(null);
  };
  const told = isActive ? tip : null;
  const canOpen = marks.onOpen !== undefined && (props.canOpen ?? true);
  return (
    <div ref={box} className="relative" dir="ltr">
      <svg
        data-chart=""
        role="figure"
        tabIndex={0}
        aria-labelledby={id}
        width="100%"
        height={height}
        className={cn("block overflow-visible rounded-md", canOpen && marks.at && "cursor-pointer")}
        onKeyDown={marks.onKeyDown}
        onPointerMove={(event) => {
          look(event);
          pointer?.onPointerMove?.(event);
        }}
        onPointerDown={(event) => {
          look(event);
          pointer?.onPointerDown?.(event);
        }}
        onPointerUp={pointer?.onPointerUp}
        onPointerEnter={() => setActive(true)}
        onFocus={() => setActive(true)}
        onPointerLeave={leave}
        onBlur={leave}
        onClick={() => marks.at && marks.onOpen?.(marks.at)}
      >
        <title id={id}>{caption}</title>
        {width > 0 && children}
      </svg>
      {told && <ChartTooltip tip={told.tip} x={told.x} y={told.y} width={width} canOpen={canOpen} />}
      <p className="sr-only" aria-live="polite">
        {told && spokenTip(told.tip)}
      </p>
    </div>
  );
}
