import type { MessageDescriptor } from "@lingui/core";
import { msg, t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useQuery } from "@tanstack/react-query";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { statusQuery } from "@/api/status";
import { buttonClass } from "@/components/ui/button";
import { Pop } from "@/components/ui/pop";
import { cn } from "@/lib/cn";
import { useKey } from "@/lib/keys";
import { addDays, dateIn } from "@/lib/plain-date";
import type { Period, Scope, ScopeChange } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { Option } from "./option";
import { type Days, PERIOD_KEYS, shift, weekStartOf } from "./spans";

const CustomRange = lazy(async () => ({ default: (await import("./custom-range")).CustomRange }));

const NAMES: [Period, MessageDescriptor][] = [
  ["today", msg`Today`],
  ["7d", msg`Last 7 days`],
  ["30d", msg`Last 30 days`],
  ["90d", msg`Last 90 days`],
  ["365d", msg`Last 365 days`],
  ["thisWeek", msg`This week`],
  ["lastWeek", msg`Last week`],
  ["thisMonth", msg`This month`],
  ["lastMonth", msg`Last month`],
  ["all", msg`All`],
];

export interface PeriodControlProps {
  scope: Scope;
  /** The first and the last day of the span that was answered. */
  days: Days | undefined;
  /** The present of the answer. */
  asOf: string;
  weekStart: string | undefined;
  onChange: (change: ScopeChange) => void;
}

/** Chooses the span, and moves it by its own length. */
export function PeriodControl({ scope, days, asOf, weekStart, onChange }: PeriodControlProps) {
  const { i18n } = useLingui();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const status = useQuery(statusQuery);
  const { firstEvent } = status.data ?? {};
  const today = dateIn(asOf, format.timezone);
  const min = firstEvent ? dateIn(firstEvent, format.timezone) : undefined;
  const named = NAMES.find(([period]) => period === scope.period)?.[1];
  const name = scope.from !== undefined ? t`Custom` : named ? i18n._(named) : scope.period;
  const choose = ([first, last]: Days) => onChange({ from: first, to: addDays(last, 1) });
  const [earlier, later] = [days && shift(days, -1), days && shift(days, 1)];
  const hasEarlier = earlier && (min === undefined || earlier[1] >= min);
  const hasLater = later && later[0] <= today;
  const preset = (period: Period) => {
    setOpen(false);
    onChange({ period, from: undefined, to: undefined });
  };
  useKey("p", t`Period`, () => setOpen(true));
  useKey(",", t`Earlier`, () => hasEarlier && choose(earlier));
  useKey(".", t`Later`, () => hasLater && choose(later));
  return (
    <fieldset className="flex shrink-0" aria-label={t`Period`}>
      <button
        type="button"
        className={cn(buttonClass(), "rounded-e-none px-2 max-sm:hidden")}
        onClick={() => hasEarlier && choose(earlier)}
        disabled={!hasEarlier}
        aria-label={t`Earlier`}
      >
        <ChevronLeft aria-hidden="true" />
      </button>
      <Pop
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t`Period`}
        trigger={
          <button type="button" className={cn(buttonClass(), "sm:-ms-px sm:rounded-none")}>
            <CalendarDays aria-hidden="true" />
            {name}
            {days && (
              <span className="text-muted text-xs font-normal max-sm:hidden">
                {format.days(...days)}
                <span className="max-xl:hidden"> · {format.timezone}</span>
              </span>
            )}
          </button>
        }
      >
        <div className="flex max-sm:flex-col">
          <div className="border-border flex min-w-44 flex-col p-1.5 max-sm:grid max-sm:grid-cols-2 max-sm:border-b sm:border-e">
            {NAMES.map(([period, title]) => (
              <Option
                key={period}
                isChosen={scope.from === undefined && scope.period === period}
                onChoose={() => preset(period)}
                hint={PERIOD_KEYS[period]}
              >
                {i18n._(title)}
              </Option>
            ))}
          </div>
          <Suspense>
            <CustomRange
              key={days?.join()}
              days={days}
              min={min}
              today={today}
              weekStart={weekStartOf(weekStart)}
              onChoose={(chosen) => {
                setOpen(false);
                choose(chosen);
              }}
            />
          </Suspense>
        </div>
      </Pop>
      <button
        type="button"
        className={cn(buttonClass(), "-ms-px rounded-s-none px-2 max-sm:hidden")}
        onClick={() => hasLater && choose(later)}
        disabled={!hasLater}
        aria-label={t`Later`}
      >
        <ChevronRight aria-hidden="true" />
      </button>
      {Object.entries(PERIOD_KEYS).map(([period, key]) => {
        const descriptor = NAMES.find(([known]) => known === period)?.[1];
        return (
          descriptor && (
            <PeriodKey
              key={key}
              hotkey={key}
              title={i18n._(descriptor)}
              run={() => preset(period as Period)}
            />
          )
        );
      })}
    </fieldset>
  );
}

/** A key for one period. */
function PeriodKey({ hotkey, title, run }: { hotkey: string; title: string; run: () => void }) {
  useKey(hotkey, title, run);
  return null;
}
