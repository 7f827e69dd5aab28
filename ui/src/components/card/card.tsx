import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export interface CardProps {
  title: string;
  children: ReactNode;
  /** The takeaway, in one sentence. */
  caption?: ReactNode;
  /** Buttons at the end of the head. */
  tools?: ReactNode;
  footer?: ReactNode;
  className?: string;
  /** Whether newer data are on the way: what is shown is the answer before. */
  isStale?: boolean;
}

/** A titled surface: title, caption, content, footer. */
export function Card({ title, caption, tools, footer, className, isStale = false, children }: CardProps) {
  return (
    <section
      aria-label={title}
      aria-busy={isStale}
      className={cn(
        "border-border bg-card rounded-card flex min-w-0 flex-col border px-4 pt-5 pb-4 shadow-xs sm:px-6 dark:shadow-none",
        className,
      )}
    >
      <header className="-me-2 flex min-h-7 items-center gap-1">
        <h2 className="truncate text-base font-semibold tracking-tight">{title}</h2>
        <div className="ms-auto flex items-center">{tools}</div>
      </header>
      {caption && <p className="text-muted mt-1 max-w-[72ch] text-pretty">{caption}</p>}
      <div className={cn("mt-4 transition-opacity", isStale && "opacity-60")}>{children}</div>
      {footer && (
        <footer className="text-muted mt-auto flex flex-wrap gap-x-1.5 pt-4 text-xs">{footer}</footer>
      )}
    </section>
  );
}
