import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useQuery } from "@tanstack/react-query";
import { ListFilter, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { question } from "@/api/answers";
import { buttonClass } from "@/components/ui/button";
import { Pop } from "@/components/ui/pop";
import { conditionsOf, type Filter, joinConditions, printFilter } from "@/lib/filter";
import { useKey } from "@/lib/keys";
import { useScope } from "@/lib/scope";
import type { Scope, ScopeChange } from "@/lib/url-state";
import { asCondition, asFilter, type Condition, FILTER_FIELDS } from "./filter-fields";

const FilterEditor = lazy(async () => ({ default: (await import("./filter-editor")).FilterEditor }));

interface FilterProps {
  scope: Scope;
  onChange: (change: ScopeChange) => void;
}

/** Adds a condition to the filter. */
export function FilterButton({ scope, onChange }: FilterProps) {
  const [isOpen, setOpen] = useState(false);
  useKey("f", t`Filter`, () => setOpen(true));
  const add = (condition: Condition) => {
    setOpen(false);
    onChange({ filter: joinConditions([...conditionsOf(scope.filter), asFilter(condition)]) });
  };
  return (
    <Pop
      isOpen={isOpen}
      onOpenChange={setOpen}
      title={t`Filter`}
      align="end"
      trigger={
        <button type="button" className={buttonClass()}>
          <ListFilter aria-hidden="true" />
          {t`Filter`}
        </button>
      }
    >
      <Suspense>
        <FilterEditor onApply={add} />
      </Suspense>
    </Pop>
  );
}

/** What narrows the page, a chip each: what it says can be changed and taken away. */
export function FilterChips({ scope, onChange }: FilterProps) {
  const { i18n } = useLingui();
  const conditions = conditionsOf(scope.filter);
  const isUnread = scope.filter !== undefined && conditions.length === 0;
  const put = (next: Filter[]) => onChange({ filter: joinConditions(next) });
  const others = [
    scope.channelId !== undefined && {
      name: t`Channel`,
      text: scope.channelId,
      remove: () => onChange({ channelId: undefined }),
    },
    scope.userId !== undefined && {
      name: t`Person`,
      text: scope.userId,
      remove: () => onChange({ userId: undefined }),
    },
    scope.segment !== undefined && {
      name: t`Segment`,
      text: scope.segment,
      remove: () => onChange({ segment: undefined }),
    },
    scope.includeBots === true && {
      name: t`Bots`,
      text: t`count, too`,
      remove: () => onChange({ includeBots: undefined }),
    },
    isUnread && {
      name: t`Filter`,
      text: scope.filter ?? "",
      remove: () => onChange({ filter: undefined }),
    },
  ].filter((other) => other !== false);
  if (conditions.length === 0 && others.length === 0) return null;
  return (
    <ul aria-label={t`Filters`} className="flex flex-wrap gap-2">
      {conditions.map((filter, place) => {
        const condition = asCondition(filter);
        const field = FILTER_FIELDS.find((known) => known.field === condition?.field);
        const remove = () => put(conditions.filter((_, other) => other !== place));
        const text = condition && field ? <Values condition={condition} dimension={field.dimension} /> : null;
        return (
          <Chip key={printFilter(filter)} onRemove={remove}>
            {condition && field ? (
              <EditableChip
                condition={condition}
                onApply={(next) =>
                  put(conditions.map((other, at) => (at === place ? asFilter(next) : other)))
                }
              >
                {i18n._(field.title)}{" "}
                <span className="text-muted font-normal">{condition.isNot ? t`is not` : t`is`}</span>{" "}
                <b>{text}</b>
              </EditableChip>
            ) : (
              <span className="font-mono">{printFilter(filter)}</span>
            )}
          </Chip>
        );
      })}
      {others.map(({ name, text, remove }) => (
        <Chip key={name} onRemove={remove}>
          <span>
            {name} <b>{text}</b>
          </span>
        </Chip>
      ))}
    </ul>
  );
}

function Chip({ children, onRemove }: { children: ReactNode; onRemove: () => void }) {
  return (
    <li className="border-border bg-card inline-flex h-8 max-w-full items-center rounded-full border ps-3 pe-1 text-xs font-medium pointer-coarse:h-11 [&_b]:font-semibold">
      <span className="min-w-0 truncate">{children}</span>
      <button
        type="button"
        aria-label={t`Remove the filter`}
        onClick={onRemove}
        className="text-muted hover:bg-hover hover:text-foreground ms-1 grid size-6 shrink-0 place-items-center rounded-full pointer-coarse:size-10"
      >
        <X aria-hidden="true" className="size-3.5" />
      </button>
    </li>
  );
}

interface EditableChipProps {
  condition: Condition;
  onApply: (condition: Condition) => void;
  children: ReactNode;
}

function EditableChip({ condition, onApply, children }: EditableChipProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Pop
      isOpen={isOpen}
      onOpenChange={setOpen}
      title={t`Change the filter`}
      trigger={
        <button type="button" className="truncate hover:underline">
          {children}
        </button>
      }
    >
      <Suspense>
        <FilterEditor
          condition={condition}
          onApply={(next) => {
            setOpen(false);
            onApply(next);
          }}
        />
      </Suspense>
    </Pop>
  );
}

/** The values of a condition, by name where they have one. */
function Values({ condition, dimension }: { condition: Condition; dimension: string }) {
  const [scope] = useScope();
  const hasNames = dimension === "channel" || dimension === "user";
  const { filter, ...unfiltered } = scope;
  const named = useQuery({
    ...question(
      { ...unfiltered, compare: "none" },
      { metrics: ["events"], dimensions: [dimension], limit: 1_000 },
    ),
    enabled: hasNames,
  });
  const nameOf = (value: string) =>
    named.data?.rows?.find((row) => String(row.keys[dimension]) === value)?.names?.[dimension] ?? value;
  return condition.values.map(nameOf).join(", ");
}
