import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Sparkline } from "@/components/charts/sparkline";
import { useFormat } from "@/lib/use-format";
import type { Dashboard } from "./queries";

interface FigureCardProps {
  id: string;
  title: string;
  metric: string;
  answer: Answer<Dashboard>;
  value: (data: Dashboard) => number;
  of?: (data: Dashboard) => number;
  trend: "activeUsers" | "messages" | "channels" | "files";
  series?: (data: Dashboard) => { value: number | null; complete: boolean }[];
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
      content={(data) => {
        const percent =
          data.meta.previousFrom == null ? undefined : (data.trends[trend]?.changePercent ?? null);
        const points = series?.(data);
        return {
          figure: { value: value(data), percent, ...(of && { of: of(data) }) },
          body: points && (
            <Sparkline
              values={points.map((point) => point.value)}
              isOpen={points.at(-1)?.complete === false}
            />
          ),
        };
      }}
    />
  );
}

/** The figures of the span with their changes. */
export function Figures({ answer }: { answer: Answer<Dashboard> }) {
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
        series={(data) => data.charts.activeUsers}
      />
      <FigureCard
        id="figure-messages"
        title={t`Messages`}
        metric="messages"
        answer={answer}
        trend="messages"
        value={(data) => data.totalMessages}
        series={(data) =>
          data.charts.messageVolume.map((point) => ({ value: point.count, complete: point.complete }))
        }
      />
      <FigureCard
        id="figure-channels"
        title={t`Channels in use`}
        metric="activeChannels"
        answer={answer}
        trend="channels"
        value={(data) => data.activeChannels}
        of={(data) => data.totalChannels}
      />
      <FigureCard
        id="figure-files"
        title={t`Files`}
        metric="files"
        answer={answer}
        trend="files"
        value={(data) => data.totalFiles}
      />
    </div>
  );
}

/** Who is active by rolling windows, to the second. */
export function RollingStrip({ dashboard }: { dashboard: Dashboard }) {
  const format = useFormat();
  const { active, stickiness } = dashboard;
  const items: [string, number][] = [
    [t`online`, active.online],
    [t`last hour`, active.hourly],
    [t`24 hours`, active.daily],
    [t`7 days`, active.weekly],
    [t`30 days`, active.monthly],
    [t`365 days`, active.yearly],
  ];
  return (
    <section
      aria-label={t`Active people, rolling`}
      className="border-border bg-card rounded-card flex flex-wrap items-baseline gap-x-6 gap-y-2 border px-5 py-3 shadow-xs dark:shadow-none"
    >
      <h2 className="text-muted text-sm font-medium">{t`Active people, rolling`}</h2>
      {items.map(([name, value]) => (
        <p key={name} className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
          <b className="text-base font-semibold">{format.figure(value)}</b>
          <span className="text-muted text-xs">{name}</span>
        </p>
      ))}
      {stickiness != null && (
        <p className="ms-auto inline-flex items-baseline gap-1.5 whitespace-nowrap">
          <b className="text-base font-semibold">{format.percent(stickiness * 100)}</b>
          <span className="text-muted text-xs">{t`stickiness`}</span>
        </p>
      )}
    </section>
  );
}
