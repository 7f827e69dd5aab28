import { t } from "@lingui/core/macro";
import type { QueryAnswer } from "@/api/answers";
import type { Meta } from "@/api/meta";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Sparkline } from "@/components/charts/sparkline";
import type { Dashboard } from "./queries";

/** A bucket of a sparkline. */
interface Point {
  value: number | null;
  complete: boolean;
}

/** What a figure card shows of its answer. */
interface Shown {
  value: number | null;
  of?: number;
  percent: number | null | undefined;
  series: Point[];
}

interface FigureCardProps<T extends { meta: Meta }> {
  id: string;
  title: string;
  metric: string;
  answer: Answer<T>;
  table?: string;
  show: (data: T) => Shown;
}

function FigureCard<T extends { meta: Meta }>({ metric, show, ...card }: FigureCardProps<T>) {
  return (
    <Card
      {...card}
      metrics={[metric]}
      look="figure"
      explore={{ metrics: [metric], groupBy: "day" }}
      content={(data) => {
        const { value, of, percent, series } = show(data);
        return {
          figure: { value, percent: data.meta.previousFrom == null ? undefined : percent, ...(of && { of }) },
          body: (
            <Sparkline
              values={series.map((point) => point.value)}
              isOpen={series.at(-1)?.complete === false}
            />
          ),
        };
      }}
    />
  );
}

/** Returns a metric of a question as a figure card shows it. */
function shownOf({ rows, totals }: QueryAnswer, metric: string): Shown {
  return {
    value: totals?.values[metric] ?? null,
    percent: totals?.changePercent?.[metric] ?? null,
    series: (rows ?? []).map((row) => ({
      value: row.values[metric] ?? null,
      complete: row.bucket?.complete ?? true,
    })),
  };
}

export interface FiguresProps {
  answer: Answer<Dashboard>;
  /** Channels in use and files, whose series the dashboard does not have. */
  more: Answer<QueryAnswer>;
}

/** The figures of the span with their changes. */
export function Figures({ answer, more }: FiguresProps) {
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-4">
      <FigureCard
        id="figure-people"
        title={t`Active people`}
        metric="activeUsers"
        answer={answer}
        table="charts.activeUsers"
        show={({ activeUsers, totalUsers, trends, charts }) => ({
          value: activeUsers,
          of: totalUsers,
          percent: trends.activeUsers?.changePercent ?? null,
          series: charts.activeUsers,
        })}
      />
      <FigureCard
        id="figure-messages"
        title={t`Messages`}
        metric="messages"
        answer={answer}
        table="charts.messageVolume"
        show={({ totalMessages, trends, charts }) => ({
          value: totalMessages,
          percent: trends.messages?.changePercent ?? null,
          series: charts.messageVolume.map(({ count, complete }) => ({ value: count, complete })),
        })}
      />
      <FigureCard
        id="figure-channels"
        title={t`Channels in use`}
        metric="activeChannels"
        answer={more}
        show={(data) => ({
          ...shownOf(data, "activeChannels"),
          ...(answer.data && { of: answer.data.totalChannels }),
        })}
      />
      <FigureCard
        id="figure-files"
        title={t`Files`}
        metric="files"
        answer={more}
        show={(data) => shownOf(data, "files")}
      />
    </div>
  );
}
