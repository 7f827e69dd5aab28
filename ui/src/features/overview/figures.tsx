import { t } from "@lingui/core/macro";
import type { QueryAnswer } from "@/api/answers";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Sparkline } from "@/components/charts/sparkline";
import type { Dashboard } from "./queries";

interface FigureCardProps {
  id: string;
  title: string;
  metric: string;
  answer: Answer<Dashboard>;
  value: (data: Dashboard) => number;
  of?: (data: Dashboard) => number;
  trend: "activeUsers" | "messages" | "channels" | "files";
  series: { value: number | null; complete: boolean }[] | undefined;
}

function FigureCard({ id, title, metric, answer, value, of, trend, series }: FigureCardProps) {
  return (
    <Card
      id={id}
      title={title}
      answer={answer}
      metrics={[metric]}
      table="totals"
      look="figure"
      explore={{ metrics: [metric], groupBy: "day" }}
      content={(data) => {
        const isCompared = data.meta.previousFrom != null;
        const percent = isCompared ? (data.trends[trend]?.changePercent ?? null) : undefined;
        return {
          figure: { value: value(data), percent, ...(of && { of: of(data) }) },
          body: (
            <Sparkline
              values={series?.map((point) => point.value) ?? []}
              isOpen={series?.at(-1)?.complete === false}
            />
          ),
        };
      }}
    />
  );
}

export interface FiguresProps {
  answer: Answer<Dashboard>;
  /** The series that the dashboard does not have. */
  more: Answer<QueryAnswer>;
}

/** The figures of the span with their changes. */
export function Figures({ answer, more }: FiguresProps) {
  const { charts } = answer.data ?? {};
  const seriesOf = (metric: string) =>
    more.data?.rows?.map((row) => ({
      value: row.values[metric] ?? null,
      complete: row.bucket?.complete ?? true,
    }));
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-4">
      <FigureCard
        id="figure-people"
        title={t`Active people`}
        metric="activeUsers"
        answer={answer}
        trend="activeUsers"
        value={(data) => data.activeUsers}
        of={(data) => data.totalUsers}
        series={charts?.activeUsers}
      />
      <FigureCard
        id="figure-messages"
        title={t`Messages`}
        metric="messages"
        answer={answer}
        trend="messages"
        value={(data) => data.totalMessages}
        series={charts?.messageVolume.map(({ count, complete }) => ({ value: count, complete }))}
      />
      <FigureCard
        id="figure-channels"
        title={t`Channels in use`}
        metric="activeChannels"
        answer={answer}
        trend="channels"
        value={(data) => data.activeChannels}
        of={(data) => data.totalChannels}
        series={seriesOf("activeChannels")}
      />
      <FigureCard
        id="figure-files"
        title={t`Files`}
        metric="files"
        answer={answer}
        trend="files"
        value={(data) => data.totalFiles}
        series={seriesOf("files")}
      />
    </div>
  );
}
