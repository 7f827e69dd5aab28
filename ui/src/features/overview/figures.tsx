import { t } from "@lingui/core/macro";
import { Change } from "@/components/card/change";
import { Sparkline } from "@/components/charts/sparkline";
import { useFormat } from "@/lib/use-format";
import type { Dashboard } from "./queries";

interface FigureProps {
  title: string;
  value: number;
  of?: number;
  percent: number | null | undefined;
  against: string | undefined;
  series?: { value: number | null; complete: boolean }[];
}

function Figure({ title, value, of, percent, against, series }: FigureProps) {
  const format = useFormat();
  const total = of === undefined ? "" : format.figure(of);
  return (
    <section
      aria-label={title}
      className="border-border bg-card rounded-card min-w-0 border px-5 py-4 shadow-xs dark:shadow-none"
    >
      <h2 className="text-muted text-sm font-medium">{title}</h2>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-2">
        <span className="text-2xl font-bold tracking-tight">{format.figure(value)}</span>
        {of !== undefined && <span className="text-muted">{t`of ${total}`}</span>}
        <Change percent={percent} against={against} />
      </p>
      {against && <p className="text-muted hidden text-xs sm:block">{t`against ${against}`}</p>}
      {series && (
        <Sparkline values={series.map((point) => point.value)} isOpen={series.at(-1)?.complete === false} />
      )}
    </section>
  );
}

/** The figures of the span with their changes, and who is active by rolling windows. */
export function Figures({ dashboard, against }: { dashboard: Dashboard; against: string | undefined }) {
  const { trends, charts } = dashboard;
  const percent = (name: "activeUsers" | "messages" | "channels" | "files") =>
    against === undefined ? undefined : (trends[name]?.changePercent ?? null);
  return (
    <div className="grid grid-cols-2 gap-4 xl:grid-cols-4">
      <Figure
        title={t`Active people`}
        value={dashboard.activeUsers}
        of={dashboard.totalUsers}
        percent={percent("activeUsers")}
        against={against}
        series={charts.activeUsers}
      />
      <Figure
        title={t`Messages`}
        value={dashboard.totalMessages}
        percent={percent("messages")}
        against={against}
        series={charts.messageVolume.map((point) => ({ value: point.count, complete: point.complete }))}
      />
      <Figure
        title={t`Channels in use`}
        value={dashboard.activeChannels}
        of={dashboard.totalChannels}
        percent={percent("channels")}
        against={against}
      />
      <Figure title={t`Files`} value={dashboard.totalFiles} percent={percent("files")} against={against} />
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
