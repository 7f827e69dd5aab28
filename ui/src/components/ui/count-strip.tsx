import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export interface Count {
  id: string;
  name: string;
  /** As it is written. */
  value: string;
  /** Whether the list below is narrowed to it. */
  isChosen?: boolean;
  /** Narrows the list below to it; without it, it only says so. */
  onChoose?: () => void;
}

/** Figures in a line, of which those with a list behind them narrow the list below. */
export function CountStrip({ label, counts, end }: { label: string; counts: Count[]; end?: ReactNode }) {
  return (
    <section
      aria-label={label}
      className="border-border bg-card rounded-card flex items-center gap-x-1 overflow-x-auto border px-3 py-2 shadow-xs [scrollbar-width:none] sm:flex-wrap dark:shadow-none"
    >
      {counts.map(({ id, name, value, isChosen = false, onChoose }) => {
        const content = (
          <>
            <b className="text-base font-semibold">{value}</b>
            <span className="text-muted text-xs">{name}</span>
          </>
        );
        const className =
          "inline-flex shrink-0 items-baseline gap-1.5 rounded-lg px-2.5 py-1 whitespace-nowrap";
        if (!onChoose)
          return (
            <p key={id} className={className}>
              {content}
            </p>
          );
        return (
          <button
            key={id}
            type="button"
            aria-pressed={isChosen}
            onClick={onChoose}
            className={cn(
              className,
              "pointer-coarse:min-h-11 pointer-coarse:items-center",
              isChosen ? "bg-primary-soft outline-primary outline-1" : "hover:bg-hover",
            )}
          >
            {content}
          </button>
        );
      })}
      {end && <div className="ms-auto ps-3 pe-2">{end}</div>}
    </section>
  );
}
