import { t } from "@lingui/core/macro";
import type { QueryAnswer } from "@/api/answers";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Segmented } from "@/components/ui/segmented";
import { useView } from "@/lib/view";
import type { Asking } from "./asking";
import { Chart } from "./chart";
import { type ChartKind, chartsOf } from "./model";
import type { Metric } from "./queries";
import { RowsTable } from "./rows-table";
import { useCaption } from "./use-caption";
import type { Words } from "./use-words";

export interface ChartCardProps {
  asking: Asking;
  answer: Answer<QueryAnswer>;
  metrics: Metric[];
  words: Words;
}

/** The answer to the question, as the chart that fits it, or as rows. */
export function ChartCard({ asking, answer, metrics, words }: ChartCardProps) {
  const [asked, setAsked] = useView("chart");
  const caption = useCaption(asking, words);
  const charts = chartsOf(asking, metrics);
  const kind = charts.find((one) => one === asked) ?? charts[0] ?? "table";
  const names: Record<ChartKind, string> = { line: t`Lines`, bars: t`Bars`, heat: t`Heat`, table: t`Table` };
  const grains: Record<string, string> = {
    hour: t`by hour`,
    day: t`by day`,
    week: t`by week`,
    month: t`by month`,
  };
  const what = asking.metrics.map(words.metric).join(", ");
  const by = asking.dimensions.map(words.dimension).join(" × ");
  const title = [by ? t`${what} by ${by}` : what, asking.groupBy ? grains[asking.groupBy] : ""]
    .filter(Boolean)
    .join(", ");
  const tools = charts.length > 1 && (
    <Segmented
      size="small"
      label={t`Chart`}
      value={kind}
      options={charts.map((value) => ({ value, title: names[value] }))}
      onChange={(value) => setAsked(value === charts[0] ? undefined : value)}
    />
  );
  return (
    <Card
      id="explore"
      title={title}
      answer={answer}
      metrics={asking.metrics}
      table={answer.data?.rows.length === 0 ? "totals" : "rows"}
      tools={tools}
      height={340}
      content={(data) => {
        const text = caption(data);
        const isEmpty = Object.values(data.totals.values).every((value) => value === null);
        return {
          caption: text,
          empty: isEmpty && data.rows.length === 0 ? { title: t`Nothing in this time` } : undefined,
          body:
            kind === "table" ? (
              <RowsTable asking={asking} answer={answer} words={words} />
            ) : (
              <Chart kind={kind} asking={asking} data={data} words={words} caption={text} />
            ),
        };
      }}
    />
  );
}
