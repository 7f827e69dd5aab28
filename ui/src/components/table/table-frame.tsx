import { t } from "@lingui/core/macro";
import { Copy, Download, FileDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { withOwn } from "@/api/answers";
import type { Meta } from "@/api/meta";
import type { Answer } from "@/api/use-answer";
import type { Empty } from "@/components/card/content";
import { Definition } from "@/components/card/definition";
import { curlOf } from "@/components/card/files";
import { MetaFooter } from "@/components/card/meta-footer";
import { CardNotes, CardSkeleton, EmptyState, FailedState, WithheldState } from "@/components/card/states";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuRule } from "@/components/ui/menu";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";

export interface TableFrameProps {
  title: string;
  answer: Answer<{ meta: Meta }>;
  /** The address of all rows, for files of them: from `addressOf()`. */
  file: string;
  /** Names of `GET /metrics`, for "How is this computed". */
  metrics: string[];
  /** Search and filters. */
  tools: ReactNode;
  /** The menu of columns. */
  columns: ReactNode;
  /** Instead of the table. */
  empty: Empty | undefined;
  /** How many rows there are, in words. */
  count: string;
  /** What the footer says besides. */
  footnote?: ReactNode;
  children: ReactNode;
}

/** What stands around the table of a page: what narrows it, its definition, files and states. */
export function TableFrame(props: TableFrameProps) {
  const { title, answer, metrics, tools, columns, empty, count, footnote, children } = props;
  const [isOpen, setOpen] = useState(false);
  const toast = useToast();
  const meta = answer.data?.meta;
  const whole = withOwn(props.file, { limit: "10000" });
  const isWithheld = empty !== undefined && (meta?.privacy?.withheld ?? 0) > 0;
  return (
    <section data-table="" role="group" aria-label={title} className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2 print:hidden">
        {tools}
        <div className="ms-auto flex items-center gap-2">
          {meta && (
            <Definition
              title={title}
              meta={meta}
              metrics={metrics}
              asked={answer.asked}
              isOpen={isOpen}
              onOpenChange={setOpen}
            />
          )}
          {columns}
          <Menu
            align="end"
            trigger={
              <Button>
                <FileDown aria-hidden="true" />
                {t`Export`}
              </Button>
            }
          >
            <MenuItem icon={Download} href={withOwn(whole, { format: "csv" })}>{t`Export CSV`}</MenuItem>
            <MenuItem icon={Download} href={withOwn(whole, { format: "json" })}>{t`Export JSON`}</MenuItem>
            <MenuRule />
            <MenuItem
              icon={Copy}
              onSelect={() => void copyText(curlOf(answer.asked)).then(() => toast(t`Command copied`))}
            >
              {t`Copy as curl`}
            </MenuItem>
          </Menu>
        </div>
      </div>
      <CardNotes
        meta={meta}
        error={answer.error}
        at={answer.at}
        notHonoured={answer.asked.notHonoured}
        onRetry={answer.retry}
      />
      {!meta ? (
        <div className="border-border bg-card rounded-card flex border p-6">
          {answer.error ? (
            <FailedState title={title} error={answer.error} onRetry={answer.retry} />
          ) : (
            <div className="flex-1">
              <CardSkeleton height={480} />
            </div>
          )}
        </div>
      ) : empty ? (
        <div className="border-border bg-card rounded-card flex border">
          {isWithheld ? <WithheldState meta={meta} /> : <EmptyState empty={empty} />}
        </div>
      ) : (
        children
      )}
      {meta && (
        <footer className="text-muted flex flex-wrap gap-x-1.5 text-xs">
          <span aria-live="polite">{count}</span>
          <span className="opacity-70">·</span>
          {footnote && (
            <>
              {footnote}
              <span className="opacity-70">·</span>
            </>
          )}
          <MetaFooter meta={meta} />
        </footer>
      )}
    </section>
  );
}
