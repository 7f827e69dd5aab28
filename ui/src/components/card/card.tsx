import { t } from "@lingui/core/macro";
import { Maximize2, Minimize2 } from "lucide-react";
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useRef, useState } from "react";
import type { Meta } from "@/api/meta";
import type { Answer } from "@/api/use-answer";
import { IconButton } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { useView } from "@/lib/view";
import { CardBody } from "./card-body";
import { CardSizeContext } from "./card-context";
import { CardMenu } from "./card-menu";
import type { CardContent, ExploreQuestion } from "./content";
import { Definition } from "./definition";
import { MetaFooter } from "./meta-footer";

export interface CardProps<T extends { meta: Meta }> {
  /** Its name in the address (`?card=`) and of its files: short, and one on a page. */
  id: string;
  title: string;
  /** From `useAnswer()`. */
  answer: Answer<T>;
  /** What it shows of the answer. Called only when there is one. */
  content: (data: T) => CardContent;
  /** The metrics that it is about, for "How is this computed": names of `GET /metrics`. */
  metrics?: string[];
  /** The table of the answer that CSV has; the first one of the route where nothing is said. */
  table?: string;
  /** Where the CSV is, when no one table of the answer has all that the card shows. */
  csv?: string;
  explore?: ExploreQuestion;
  /** Controls of the card itself, before its menu. */
  tools?: ReactNode;
  /** After the sources in the footer. */
  footnote?: ReactNode;
  /** `figure` is the small card of a number with a sparkline. */
  look?: "normal" | "figure";
  /** The height that the first answer will need, so that nothing jumps. */
  height?: number;
  className?: string;
}

const FullCard = lazy(async () => ({ default: (await import("./full-card")).FullCard }));

/** Returns which cards show their table, and how to turn one over. */
function useTableView(id: string, isFull: boolean): [boolean, () => void] {
  const [view, setView] = useView("view");
  const ids = view?.split(",") ?? [];
  const isTable = view === "table" || ids.includes(id);
  const toggle = () => {
    if (isFull || view === "table") setView(isTable ? undefined : "table");
    else setView((isTable ? ids.filter((one) => one !== id) : [...ids, id]).join(","));
  };
  return [isTable, toggle];
}

/**
 * A titled surface that keeps the contract of all cards: definition, table, files, full screen, states.
 *
 * Keys while the focus is in it: `v` table, `e` menu, `i` definition.
 */
export function Card<T extends { meta: Meta }>(props: CardProps<T>) {
  const { id, title, answer, content, metrics = [], look = "normal", className, tools, footnote } = props;
  const [full, setFull] = useView("card");
  const isFull = full === id;
  const [isTable, toggleTable] = useTableView(id, isFull);
  const [open, setOpen] = useState<"menu" | "definition" | null>(null);
  const charts = useRef<HTMLDivElement>(null);
  const shown = answer.data && content(answer.data);
  const meta = answer.data?.meta;
  const hasTable = shown?.twin !== undefined && !shown.empty;
  const isFigure = look === "figure" && !isFull;

  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "v" && hasTable) toggleTable();
    else if (event.key === "e" && meta) setOpen("menu");
    else if (event.key === "i" && meta) setOpen("definition");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const surface = (
    <section
      data-card={id}
      // A page has many figures, often beside a chart of the same name: they are no landmarks.
      role={isFigure ? "group" : undefined}
      aria-label={title}
      aria-busy={answer.isFetching}
      onKeyDown={press}
      className={cn(
        "border-border bg-card relative flex min-w-0 flex-col break-inside-avoid border",
        isFull ? "h-full overflow-auto p-4 sm:p-6" : "rounded-card shadow-xs dark:shadow-none",
        !isFull && (isFigure ? "px-3.5 py-3 sm:px-5 sm:py-4" : "px-4 pt-3.5 pb-3.5 sm:px-6 sm:pt-5 sm:pb-4"),
        !isFull && className,
      )}
    >
      <header className="-me-2 flex min-h-7 items-center gap-1">
        <h2
          className={cn(
            isFigure ? "text-muted truncate text-sm font-medium" : "text-base font-semibold tracking-tight",
            "min-w-0",
          )}
        >
          {title}
        </h2>
        {meta && (
          <Definition
            title={title}
            meta={meta}
            metrics={metrics}
            asked={answer.asked}
            isOpen={open === "definition"}
            onOpenChange={(isOpen) => setOpen(isOpen ? "definition" : null)}
            className={cn(isFigure && "max-sm:hidden")}
          />
        )}
        <div className="ms-auto flex shrink-0 items-center print:hidden">
          {tools}
          {meta && !isFigure && (
            <IconButton
              size="small"
              className={cn(!isFull && "max-sm:hidden")}
              label={isFull ? t`Back to the page` : t`Full screen`}
              onClick={() => setFull(isFull ? undefined : id)}
            >
              {isFull ? <Minimize2 aria-hidden="true" /> : <Maximize2 aria-hidden="true" />}
            </IconButton>
          )}
          {meta && shown && (
            <CardMenu
              {...props}
              meta={meta}
              shown={shown}
              charts={charts}
              isTable={isTable}
              onTable={hasTable ? toggleTable : undefined}
              onFull={() => setFull(isFull ? undefined : id)}
              isOpen={open === "menu"}
              onOpenChange={(isOpen) => setOpen(isOpen ? "menu" : null)}
              className={cn(isFigure && "max-sm:hidden")}
            />
          )}
        </div>
      </header>
      <CardSizeContext value={{ isFull }}>
        <CardBody
          title={title}
          answer={answer}
          shown={shown}
          isTable={isTable && hasTable}
          isFigure={isFigure}
          height={props.height ?? (isFigure ? 56 : 200)}
          charts={charts}
        />
      </CardSizeContext>
      {meta && !isFigure && (
        <footer className="text-muted mt-auto flex flex-wrap gap-x-1.5 pt-4 text-xs">
          <MetaFooter meta={meta} />
          {footnote && (
            <span className="before:me-1.5 before:opacity-70 before:content-['·']">{footnote}</span>
          )}
        </footer>
      )}
    </section>
  );
  if (!isFull) return surface;
  return (
    <>
      {/* Keeps the place in the page, so that nothing jumps on coming back. */}
      <div className={cn("min-h-72", className)} />
      <Suspense>
        <FullCard title={title} onClose={() => setFull(undefined)}>
          {surface}
        </FullCard>
      </Suspense>
    </>
  );
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}
