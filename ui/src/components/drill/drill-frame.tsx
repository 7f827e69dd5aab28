import { t } from "@lingui/core/macro";
import { Copy, Download } from "lucide-react";
import type { ReactNode } from "react";
import type { Meta } from "@/api/meta";
import type { Answer } from "@/api/use-answer";
import { Change } from "@/components/card/change";
import { CardSkeleton, EmptyState, FailedState } from "@/components/card/states";
import { Button, buttonClass } from "@/components/ui/button";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";
import { daysOf } from "@/lib/format";
import { useFormat } from "@/lib/use-format";

export interface DrillFrameProps {
  /** What the count comes from, as a card takes an answer. */
  answer: Answer<{ meta: Meta }>;
  count: number | undefined;
  /** What is counted: "messages". */
  unit: string;
  percent?: number | null | undefined;
  /** The list, and what splits it. */
  children: ReactNode;
  /** Where the list is as a file: `format=csv` and `format=json`. */
  files: { csv: string; json: string };
  /** The page that has the same list. */
  page?: ReactNode;
}

/** Count, list and files of a drawer. */
export function DrillFrame({ answer, count, unit, percent, children, files, page }: DrillFrameProps) {
  const format = useFormat();
  const toast = useToast();
  const meta = answer.data?.meta;
  const before =
    percent !== undefined && meta?.previousFrom && meta.previousTo
      ? daysOf(meta.previousFrom, meta.previousTo, meta.timezone)
      : undefined;
  const against =
    before && (before[0] === before[1] ? format.day(before[0]) : format.days(before[0], before[1]));
  const link = () => copyText(window.location.href).then(() => toast(t`Link copied`));
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="border-border border-b px-4 py-3 sm:px-6">
        <p className="flex flex-wrap items-baseline gap-x-2" aria-live="polite">
          <b data-figure="" className="text-2xl font-bold tracking-tight">
            {count === undefined ? "–" : format.exact(count)}
          </b>
          <span className="text-muted">{unit}</span>
          {against && <Change percent={percent} against={against} />}
          {against && <span className="text-muted text-xs">{t`against ${against}`}</span>}
        </p>
      </div>
      <div className="flex min-h-0 flex-1 flex-col overflow-auto">
        {answer.data === undefined ? (
          answer.error ? (
            <FailedState title={unit} error={answer.error} onRetry={answer.retry} />
          ) : (
            <div className="px-4 sm:px-6">
              <CardSkeleton height={320} />
            </div>
          )
        ) : count === 0 ? (
          <EmptyState empty={{ title: t`Nothing here`, text: t`There is nothing of this in this time.` }} />
        ) : (
          children
        )}
      </div>
      <footer className="border-border flex flex-wrap items-center gap-2 border-t px-4 py-3 sm:px-6">
        {page}
        <a className={buttonClass()} href={files.csv} download="">
          <Download aria-hidden="true" />
          CSV
        </a>
        <a className={buttonClass()} href={files.json} download="">
          JSON
        </a>
        <Button look="ghost" className="ms-auto" onClick={() => void link()}>
          <Copy aria-hidden="true" />
          {t`Copy link`}
        </Button>
      </footer>
    </div>
  );
}
