import { plural, t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import type { ReactNode } from "react";
import type { Rows } from "@/api/use-rows";
import { Card } from "@/components/card/card";
import { Change } from "@/components/card/change";
import { Meter } from "@/components/table/meter";
import { type Column, SmallTable } from "@/components/table/small-table";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/search-input";
import { writeBytes } from "@/lib/bytes";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import { useView } from "@/lib/view";
import type { ContentKind, ContentView, Term, Terms } from "./queries";
import { TermsTools } from "./terms-tools";
import { useSentences } from "./use-sentences";

export interface TermsCardProps {
  kind: ContentKind;
  title: string;
  view: ContentView;
  list: Rows<Terms, Term>;
  /** The term that the card beside this one is about. */
  chosen: string | undefined;
  onChoose: (term: string) => void;
}

/** The terms of a tab, the most used first. */
export function TermsCard({ kind, title, view, list, chosen, onChoose }: TermsCardProps) {
  const format = useFormat();
  const { i18n } = useLingui();
  const { listSentence, name } = useSentences(kind);
  const [, setSearch] = useView("search");
  const largest = Math.max(1, ...list.rows.map((row) => row.count));
  const columns: Column<Term>[] = [
    {
      name: t`Name`,
      cell: (row) => (
        <button
          type="button"
          aria-pressed={row.name === chosen}
          title={row.name}
          onClick={() => onChoose(row.name)}
          className={cn(
            "flex max-w-full items-center gap-2 text-start hover:underline pointer-coarse:min-h-11",
            row.name === chosen && "text-primary",
          )}
        >
          {row.symbol && (
            <span aria-hidden="true" className="w-5 shrink-0 text-center">
              {row.symbol}
            </span>
          )}
          <span className="truncate">{name(row.name)}</span>
        </button>
      ),
    },
    { name: t`People`, isNumber: true, cell: (row) => format.exact(row.users) },
    { name: t`Uses`, isNumber: true, cell: (row) => format.exact(row.count) },
    {
      name: t`Against the most`,
      isNumber: true,
      isWide: true,
      cell: (row) => <Meter percent={(100 * row.count) / largest} />,
    },
    {
      name: t`Change`,
      isNumber: true,
      cell: (row) => <Change percent={row.trends ? (row.trends.count.changePercent ?? null) : undefined} />,
    },
  ];
  if (kind === "files")
    columns.splice(3, 1, {
      name: t`Size`,
      isNumber: true,
      isWide: true,
      cell: (row) => (row.bytes == null ? "–" : writeBytes(i18n.locale, row.bytes)),
    });
  const rest = (list.total ?? 0) - list.rows.length;
  return (
    <Card
      id={kind}
      title={title}
      answer={list.answer}
      table="rows"
      height={480}
      className="lg:col-span-7"
      content={() => ({
        caption: listSentence(list.rows, list.total ?? 0, view),
        empty:
          list.rows.length === 0 && !view.search
            ? emptyOf(kind, view, <TermsTools kind={kind} view={view} />)
            : undefined,
        body: (
          <>
            <div className="mb-2 flex flex-wrap items-center gap-2">
              <SearchInput
                label={t`Search`}
                value={view.search ?? ""}
                onChange={(text) => setSearch(text || undefined, { replace: true })}
                className="w-full sm:w-56"
              />
              <TermsTools kind={kind} view={view} />
            </div>
            {list.rows.length === 0 ? (
              <p className="text-muted py-8 text-center">{t`Nothing with this text in it.`}</p>
            ) : (
              <SmallTable label={title} columns={columns} rows={list.rows} rowKey={(row) => row.name} />
            )}
            {list.more && rest > 0 && (
              <Button
                size="small"
                className="mt-3 self-start"
                onClick={list.more}
                disabled={list.isFetchingMore}
              >
                {plural(rest, { one: "Show the last one", other: "Show more of # others" })}
              </Button>
            )}
          </>
        ),
      })}
    />
  );
}

/** Why there is nothing; what is listed can still be chosen. */
function emptyOf(kind: ContentKind, { view, sort }: ContentView, action: ReactNode) {
  const text = t`Choose a longer period to see more.`;
  if (kind === "topics" && view === "trending")
    return {
      title: t`No topic suddenly came up`,
      text: t`Nobody writes of anything much more than in the eight spans before.`,
      action,
    };
  if (sort === "leastUsed")
    return {
      title: t`No custom emoji`,
      text: t`The chat has told of none, or all of them are used.`,
      action,
    };
  const titles: Record<ContentKind, string> = {
    topics: t`No topics in this time`,
    emoji: t`No emoji in this time`,
    hashtags: t`No hashtags in this time`,
    links: t`No links in this time`,
    files: t`No files in this time`,
  };
  return { title: titles[kind], text, action };
}
