import { t } from "@lingui/core/macro";
import type { RefObject } from "react";
import type { Meta } from "@/api/meta";
import type { Answer } from "@/api/use-answer";
import { cn } from "@/lib/cn";
import { daysOf } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import { Change } from "./change";
import type { CardContent, Figure } from "./content";
import { CardNotes, CardSkeleton, EmptyState, FailedState, WithheldState } from "./states";
import { TwinTable } from "./twin-table";

export interface CardBodyProps {
  title: string;
  answer: Answer<{ meta: Meta }>;
  shown: CardContent | undefined;
  isTable: boolean;
  isFigure: boolean;
  height: number;
  /** Set on what holds the charts, for files of them. */
  charts: RefObject<HTMLDivElement | null>;
}

/** Figure, caption and chart of a card, or the state that stands for them. */
export function CardBody({ title, answer, shown, isTable, isFigure, height, charts }: CardBodyProps) {
  const meta = answer.data?.meta;
  if (!shown || !meta) {
    return answer.error ? (
      <FailedState title={title} error={answer.error} onRetry={answer.retry} />
    ) : (
      <CardSkeleton height={height} />
    );
  }
  const notes = (
    <CardNotes
      meta={meta}
      error={answer.error}
      at={answer.at}
      notHonoured={answer.asked.notHonoured}
      onRetry={answer.retry}
    />
  );
  const isWithheld = shown.empty !== undefined && (meta.privacy?.withheld ?? 0) > 0;
  return (
    <>
      <div className="flex flex-col gap-2 not-empty:mt-3">{notes}</div>
      {/* The delay keeps what is shown as it is when the new answer comes at once. */}
      <div
        className={cn(
          "flex flex-1 flex-col transition-opacity",
          answer.isStale && "opacity-50 delay-150 duration-200",
        )}
      >
        {shown.figure && <FigureLine figure={shown.figure} meta={meta} />}
        {shown.caption && !shown.empty && (
          <p className="text-muted [&_b]:text-foreground mt-1 max-w-[72ch] text-pretty [&_b]:font-medium">
            {shown.caption}
          </p>
        )}
        {isWithheld ? (
          <WithheldState meta={meta} />
        ) : shown.empty ? (
          <EmptyState empty={shown.empty} />
        ) : (
          <div ref={charts} className={cn("flex flex-1 flex-col", !isFigure && "mt-4")}>
            {!isTable && shown.body}
            {shown.twin && <TwinTable twin={shown.twin} title={title} isHidden={!isTable} />}
          </div>
        )}
      </div>
    </>
  );
}

/** The number of a card, its change, and the days that it is compared with. */
function FigureLine({ figure, meta }: { figure: Figure; meta: Meta }) {
  const format = useFormat();
  const { value, of, unit, percent, better } = figure;
  const write = figure.format ?? format.figure;
  const { previousFrom, previousTo, timezone } = meta;
  const before = previousFrom && previousTo ? daysOf(previousFrom, previousTo, timezone) : undefined;
  const against = before && percent !== undefined ? format.days(...before) : undefined;
  const total = of == null ? undefined : write(of);
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span
          data-figure=""
          className="text-2xl font-bold tracking-tight"
          {...(value !== null && { title: format.exact(value) })}
        >
          {value === null ? "–" : `${meta.approximate ? "≈ " : ""}${write(value)}`}
        </span>
        {(total ?? unit) && <span className="text-muted">{total ? t`of ${total}` : unit}</span>}
        <Change percent={percent} better={better} against={against} />
      </p>
      {against && <p className="text-muted hidden text-xs sm:block">{t`against ${against}`}</p>}
    </>
  );
}
