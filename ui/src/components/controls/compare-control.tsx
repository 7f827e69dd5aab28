import { t } from "@lingui/core/macro";
import { ArrowRightLeft } from "lucide-react";
import { useState } from "react";
import { buttonClass } from "@/components/ui/button";
import { Pop } from "@/components/ui/pop";
import { useKey } from "@/lib/keys";
import { addDays, daysBetween, type PlainDate, parseDate } from "@/lib/plain-date";
import { COMPARES, type Compare, type Scope, type ScopeChange } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { DateField } from "./date-field";
import { Option } from "./option";
import { comparedDays, type Days } from "./spans";

export interface CompareControlProps {
  scope: Scope;
  days: Days | undefined;
  /** The span that was compared with, as the API answered. */
  before: Days | undefined;
  onChange: (change: ScopeChange) => void;
}

/** Chooses what the span is compared with; each choice says which days it comes to. */
export function CompareControl({ scope, days, before, onChange }: CompareControlProps) {
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  useKey("x", t`Comparison`, () => setOpen(true));
  const names: Record<(typeof COMPARES)[number], string> = {
    previous: t`The span before`,
    weekday: t`Same weekdays`,
    year: t`A year before`,
    none: t`Nothing`,
  };
  const isCustom = scope.compare.includes("..");
  const name = isCustom ? t`Custom` : names[scope.compare as (typeof COMPARES)[number]];
  const period = scope.from === undefined ? scope.period : undefined;
  const choose = (compare: Compare) => {
    setOpen(false);
    onChange({ compare });
  };
  const note = (compare: Compare) => {
    const resolved =
      compare === scope.compare && before ? before : days && comparedDays(days, compare, period);
    return resolved && format.days(...resolved);
  };
  const custom = (first: PlainDate | undefined) => {
    if (first && days) onChange({ compare: `${first}..${addDays(first, daysBetween(...days) + 1)}` });
  };
  return (
    <Pop
      isOpen={isOpen}
      onOpenChange={setOpen}
      title={t`Compare with`}
      trigger={
        <button type="button" className={buttonClass()}>
          <ArrowRightLeft aria-hidden="true" />
          {scope.compare === "none" ? t`Compare` : name}
          {before && scope.compare !== "none" && (
            <span className="text-muted text-xs font-normal max-xl:hidden">{format.days(...before)}</span>
          )}
        </button>
      }
    >
      <div className="flex w-64 flex-col p-1.5 max-sm:w-auto">
        {COMPARES.map((compare) => (
          <Option
            key={compare}
            isChosen={compare === scope.compare}
            onChoose={() => choose(compare)}
            note={compare === "none" ? undefined : note(compare)}
          >
            {names[compare]}
          </Option>
        ))}
        <div className="border-border -mx-1.5 mt-1.5 border-t px-4 py-3">
          <DateField
            label={t`As many days from`}
            value={isCustom ? parseDate(scope.compare.split("..")[0] ?? "") : before?.[0]}
            max={days && addDays(days[0], -1)}
            onChange={custom}
          />
        </div>
      </div>
    </Pop>
  );
}
