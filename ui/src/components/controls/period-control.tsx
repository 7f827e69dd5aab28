import type { MessageDescriptor } from "@lingui/core";
import { msg, t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { CalendarDays, ChevronLeft, ChevronRight } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { addDays, daysBetween, type PlainDate } from "@/lib/plain-date";
import type { Period, Scope, ScopeChange } from "@/lib/url-state";

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
  days: [PlainDate, PlainDate] | undefined;
  /** The span in words. */
  resolved: string;
  onChange: (change: ScopeChange) => void;
}

/** Chooses the span, and moves it by its own length. */
export function PeriodControl({ scope, days, resolved, onChange }: PeriodControlProps) {
  const { i18n } = useLingui();
  const named = NAMES.find(([period]) => period === scope.period)?.[1];
  const name = scope.from !== undefined ? t`Custom` : named ? i18n._(named) : scope.period;
  const move = (direction: 1 | -1) => {
    if (!days) return;
    const length = daysBetween(days[0], days[1]) + 1;
    const from = addDays(days[0], direction * length);
    onChange({ from, to: addDays(from, length) });
  };
  const button = "border-border bg-card hover:bg-subtle inline-flex h-9 items-center border font-medium";
  return (
    <fieldset className="flex" aria-label={t`Period`}>
      <button
        type="button"
        className={`${button} rounded-s-control px-2`}
        onClick={() => move(-1)}
        aria-label={t`Earlier`}
      >
        <ChevronLeft aria-hidden="true" className="text-muted size-4" />
      </button>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className={`${button} -ms-px gap-2 px-3`}>
          <CalendarDays aria-hidden="true" className="text-muted size-4" />
          {name}
          <span className="text-muted hidden text-xs font-normal sm:inline">{resolved}</span>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="start"
            sideOffset={6}
            className="bg-card border-border z-50 min-w-52 rounded-xl border p-1.5 shadow-lg"
          >
            <DropdownMenu.RadioGroup value={scope.from === undefined ? scope.period : ""}>
              {NAMES.map(([period, title]) => (
                <DropdownMenu.RadioItem
                  key={period}
                  value={period}
                  onSelect={() => onChange({ period, from: undefined, to: undefined })}
                  className="data-[highlighted]:bg-subtle data-[state=checked]:text-primary flex h-9 cursor-default items-center rounded-lg px-3 outline-none data-[state=checked]:font-medium"
                >
                  {i18n._(title)}
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <button
        type="button"
        className={`${button} rounded-e-control -ms-px px-2`}
        onClick={() => move(1)}
        aria-label={t`Later`}
      >
        <ChevronRight aria-hidden="true" className="text-muted size-4" />
      </button>
    </fieldset>
  );
}
