import { t } from "@lingui/core/macro";
import { Check } from "lucide-react";
import { useState } from "react";
import { question } from "@/api/answers";
import { useAnswer } from "@/api/use-answer";
import { SearchInput } from "@/components/ui/search-input";
import { cn } from "@/lib/cn";
import { useKindName } from "@/lib/kinds";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import type { FilterField } from "./filter-fields";

/** As many values as are worth scrolling through; more are found by searching. */
const VALUES = 1_000;
const SHOWN = 100;

export interface FilterValuesProps {
  field: FilterField;
  chosen: string[];
  onChange: (values: string[]) => void;
}

/** The values of a field in this span with the number of events of each, to choose from. */
export function FilterValues({ field, chosen, onChange }: FilterValuesProps) {
  const format = useFormat();
  const kindName = useKindName();
  const [scope] = useScope();
  const [search, setSearch] = useState("");
  const { filter, ...unfiltered } = scope;
  const answer = useAnswer(
    question(
      { ...unfiltered, compare: "none" },
      { metrics: ["events"], dimensions: [field.dimension], limit: VALUES },
    ),
  );
  const values = (answer.data?.rows ?? []).flatMap((row) => {
    const key = row.keys[field.dimension];
    if (key == null) return [];
    const value = String(key);
    const isKind = field.field === "type" || field.field === "message";
    const name = isKind ? kindName(value) : (row.names?.[field.dimension] ?? value);
    return [{ value, name, count: row.values["events"] ?? 0 }];
  });
  const sought = search.toLocaleLowerCase();
  const found = values.filter(({ value, name }) => `${name} ${value}`.toLocaleLowerCase().includes(sought));
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <div className="flex min-h-0 flex-col gap-2">
      <SearchInput label={t`Search values`} value={search} onChange={setSearch} className="w-full" />
      <ul aria-label={t`Values`} aria-busy={answer.isFetching} className="max-h-64 overflow-auto">
        {found.slice(0, SHOWN).map(({ value, name, count }) => (
          <li key={value}>
            <button
              type="button"
              role="checkbox"
              aria-checked={chosen.includes(value)}
              onClick={() => toggle(value)}
              className="hover:bg-hover flex min-h-9 w-full items-center gap-2.5 rounded-lg px-2 text-start pointer-coarse:min-h-11"
            >
              <span
                aria-hidden="true"
                className={cn(
                  "grid size-4 shrink-0 place-items-center rounded border",
                  chosen.includes(value)
                    ? "bg-primary border-primary text-primary-foreground"
                    : "border-control",
                )}
              >
                {chosen.includes(value) && <Check className="size-3" />}
              </span>
              <span className="min-w-0 flex-1 truncate">{name}</span>
              <span className="text-muted text-xs">{format.exact(count)}</span>
            </button>
          </li>
        ))}
        {answer.data && found.length === 0 && (
          <li className="text-muted px-2 py-1.5">
            {search ? (
              <button type="button" className="hover:underline" onClick={() => toggle(search)}>
                {t`Nothing like it in this time. Use “${search}” as it is`}
              </button>
            ) : (
              t`Nothing in this time.`
            )}
          </li>
        )}
        {answer.error && <li className="text-bad px-2 py-1.5">{answer.error.message}</li>}
      </ul>
    </div>
  );
}
