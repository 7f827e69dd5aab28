import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { CardSkeleton, FailedState } from "./states";

export interface PanelProps {
  title: string;
  /** The takeaway, in one sentence. */
  caption?: ReactNode;
  /** What it is about: nothing is shown before it is there. Without it, the panel needs no answer. */
  answer?: { data: unknown; error: Error | null; retry: () => void } | undefined;
  /** Beside the title. */
  tools?: ReactNode;
  footnote?: ReactNode;
  height?: number;
  children?: ReactNode;
  className?: string;
}

/** A titled surface for what is no number about a span: settings, lists of what is kept, states. */
export function Panel({
  title,
  caption,
  answer,
  tools,
  footnote,
  height = 160,
  children,
  className,
}: PanelProps) {
  const isMissing = answer !== undefined && answer.data === undefined;
  return (
    <section
      aria-label={title}
      className={cn(
        "border-border bg-card rounded-card flex min-w-0 flex-col border px-4 pt-3.5 pb-4 shadow-xs sm:px-6 sm:pt-5 sm:pb-5 dark:shadow-none",
        className,
      )}
    >
      <header className="flex min-h-7 flex-wrap items-center gap-2">
        <h2 className="min-w-0 text-base font-semibold tracking-tight">{title}</h2>
        {!isMissing && tools && <div className="ms-auto flex flex-wrap gap-2 print:hidden">{tools}</div>}
      </header>
      {isMissing ? (
        answer.error ? (
          <FailedState title={title} error={answer.error} onRetry={answer.retry} />
        ) : (
          <CardSkeleton height={height} />
        )
      ) : (
        <>
          {caption && <p className="text-muted mt-1 max-w-[72ch] text-pretty">{caption}</p>}
          <div className="mt-3 flex min-w-0 flex-1 flex-col empty:hidden">{children}</div>
          {footnote && <footer className="text-muted mt-4 text-xs">{footnote}</footer>}
        </>
      )}
    </section>
  );
}

/** A few figures beside each other, each with its name under it. */
export function FigureStrip({
  label,
  items,
}: {
  label: string;
  items: { name: string; value: ReactNode }[];
}) {
  return (
    <dl
      aria-label={label}
      className="border-border bg-card rounded-card divide-border grid grid-cols-2 border shadow-xs sm:grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] sm:divide-x dark:shadow-none"
    >
      {items.map(({ name, value }) => (
        <div key={name} className="flex flex-col-reverse px-4 py-3 sm:px-6 sm:py-4">
          <dt className="text-muted">{name}</dt>
          <dd className="text-2xl font-bold tracking-tight">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
