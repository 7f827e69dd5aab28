import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Meta } from "@/api/meta";
import { statusQuery } from "@/api/status";
import { daysOf } from "@/lib/format";
import { useScope } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { CompareControl } from "./compare-control";
import { FilterButton, FilterChips } from "./filter-bar";
import { FixedScope } from "./fixed-scope";
import { PageNotes } from "./page-notes";
import { PeriodControl } from "./period-control";
import { ViewControl } from "./view-control";

/** The controls that a page may do without. */
export type ControlName = "period" | "compare" | "filter" | "view";

export interface PageControlsProps {
  /** Of the main answer of the page: the days that its span came to. */
  meta: Meta | undefined;
  /** What the cards of this page do not take. */
  without?: readonly ControlName[];
}

/** What all cards of a page are asked with: period, comparison, filters, zone. Belongs into `PageHead`. */
export function PageControls({ meta, without = [] }: PageControlsProps) {
  const shared = useShared();
  const [scope, onChange] = useScope();
  const [opened] = useState(() => new Date().toISOString());
  const status = useQuery(statusQuery);
  const has = (name: ControlName) => !without.includes(name);
  const days = meta && daysOf(meta.from, meta.to, meta.timezone);
  const before =
    meta?.previousFrom && meta.previousTo
      ? daysOf(meta.previousFrom, meta.previousTo, meta.timezone)
      : undefined;
  const asOf = meta?.asOf ?? scope.asOf ?? opened;
  // What a link shows is fixed.
  if (shared) return <FixedScope scope={scope} days={days} />;
  return (
    <>
      <div className="-mx-4 flex gap-2 overflow-x-auto px-4 py-1 [scrollbar-width:none] max-sm:w-screen sm:mx-0 sm:ms-auto sm:flex-wrap sm:overflow-visible sm:px-0 print:hidden">
        {has("period") && (
          <PeriodControl
            scope={scope}
            days={days}
            asOf={asOf}
            weekStart={meta?.weekStart}
            onChange={onChange}
          />
        )}
        {has("compare") && <CompareControl scope={scope} days={days} before={before} onChange={onChange} />}
        {has("filter") && <FilterButton scope={scope} onChange={onChange} />}
        {has("view") && <ViewControl scope={scope} asOf={asOf} onChange={onChange} />}
      </div>
      <div className="flex basis-full flex-col gap-2 empty:hidden">
        <FilterChips scope={scope} onChange={onChange} />
        <PageNotes reporting={status.data?.timezone ?? "UTC"} onChange={onChange} />
      </div>
    </>
  );
}
