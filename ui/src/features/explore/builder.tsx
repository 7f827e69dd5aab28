import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import { Segmented } from "@/components/ui/segmented";
import { useChangeView } from "@/lib/view";
import { type Asking, canGroup, canMeasure, canSplit } from "./asking";
import { Chosen, Pick } from "./pick";
import type { Dimension, Metric } from "./queries";
import type { Words } from "./use-words";

export interface BuilderProps {
  asking: Asking;
  metrics: Metric[];
  dimensions: Dimension[];
  words: Words;
}

/** What is measured, what it is split by, and how wide buckets of time are. All of it is in the address. */
export function Builder({ asking, metrics, dimensions, words }: BuilderProps) {
  const change = useChangeView();
  const setMetrics = (names: string[]) =>
    change({ metrics: names.join(","), sort: undefined, chart: undefined });
  const setDimensions = (names: string[]) =>
    change({
      metrics: asking.metrics.join(","),
      dimensions: names.join(",") || undefined,
      sort: undefined,
      chart: undefined,
    });
  const grains = [
    { value: "none", title: t`Whole span` },
    { value: "hour", title: t`Hour` },
    { value: "day", title: t`Day` },
    { value: "week", title: t`Week` },
    { value: "month", title: t`Month` },
  ] as const;
  return (
    <section
      aria-label={t`Question`}
      className="border-border bg-card rounded-card flex flex-col gap-3 border px-4 py-4 shadow-xs sm:px-6 dark:shadow-none"
    >
      <Line title={t`Measure`}>
        {asking.metrics.map((name) => (
          <Chosen
            key={name}
            isMain
            title={words.metric(name)}
            onRemove={
              asking.metrics.length > 1
                ? () => setMetrics(asking.metrics.filter((other) => other !== name))
                : undefined
            }
          />
        ))}
        <Pick
          label={t`Measure`}
          options={metrics.map((metric) => ({
            id: metric.name,
            title: metric.title,
            about: metric.definition,
            isFitting: canMeasure(asking, metric),
          }))}
          onPick={(id) => setMetrics([...asking.metrics, id])}
        />
      </Line>
      <Line title={t`Split by`}>
        {asking.dimensions.map((name) => (
          <Chosen
            key={name}
            title={words.heading(name)}
            onRemove={() => setDimensions(asking.dimensions.filter((other) => other !== name))}
          />
        ))}
        <Pick
          label={t`Split`}
          options={dimensions
            .filter((dimension) => dimension.name !== "time")
            .map((dimension) => ({
              id: dimension.name,
              title: words.heading(dimension.name),
              about: dimension.definition,
              isFitting: canSplit(asking, dimension.name, metrics, dimensions),
            }))}
          onPick={(id) => setDimensions([...asking.dimensions, id])}
        />
      </Line>
      {canGroup(asking, metrics) && (
        <Line title={t`By time`}>
          <Segmented
            label={t`By time`}
            options={grains}
            value={asking.groupBy ?? "none"}
            onChange={(value) =>
              change({
                metrics: asking.metrics.join(","),
                groupBy: value === "none" ? undefined : value,
                sort: undefined,
                chart: undefined,
              })
            }
          />
        </Line>
      )}
    </section>
  );
}

function Line({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-center gap-x-4 gap-y-1.5 sm:grid-cols-[5rem_minmax(0,1fr)]">
      <span className="text-muted text-xs">{title}</span>
      <div className="flex flex-wrap items-center gap-2">{children}</div>
    </div>
  );
}
