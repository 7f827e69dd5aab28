import { t } from "@lingui/core/macro";
import { useState } from "react";
import { Card } from "@/components/card/card";
import { MetaFooter } from "@/components/card/meta-footer";
import { LineChart, type LinePoint } from "@/components/charts/line-chart";
import { useFormat } from "@/lib/use-format";
import { factsOf } from "./model";
import type { Dashboard } from "./queries";

/** People and messages over time: two charts under each other, on one axis of time. */
export function ActivityCard({ dashboard, isStale }: { dashboard: Dashboard; isStale: boolean }) {
  const format = useFormat();
  const [at, setAt] = useState<number | null>(null);
  const { charts, meta } = dashboard;
  const messages = charts.messageVolume.map((point) => ({
    ...point,
    value: point.count,
    previous: point.previous ?? null,
  }));
  const toPoint = (point: {
    date: string;
    value: number;
    previous?: number | null;
    complete: boolean;
  }): LinePoint => ({
    label: format.shortDay(point.date),
    title: format.day(point.date),
    value: point.value,
    previous: point.previous ?? null,
    isComplete: point.complete,
  });
  const facts = factsOf(messages, messages[0]?.date.length === 10);
  const caption = facts ? sentence(facts) : t`Nothing was written in this time.`;
  function sentence({
    busiest,
    timesUsual,
    weekendPercent,
  }: NonNullable<ReturnType<typeof factsOf>>): string {
    const day = format.day(busiest.date);
    const count = format.exact(busiest.value);
    const share = weekendPercent === null ? "" : format.percent(weekendPercent);
    const first =
      timesUsual >= 1.5
        ? t`Busiest ${day} with ${count} messages, ${format.exact(Math.round(timesUsual * 10) / 10)} times a usual day`
        : t`Busiest ${day} with ${count} messages`;
    return share ? t`${first}; weekends carry ${share}.` : `${first}.`;
  }
  const shared = { at, onAt: setAt, previousName: t`before`, format: format.figure };
  return (
    <Card
      title={t`Activity`}
      caption={caption}
      isStale={isStale}
      className="lg:col-span-8"
      footer={<MetaFooter meta={meta} />}
    >
      <h3 className="mb-1 text-xs font-semibold">{t`People a day`}</h3>
      <LineChart
        {...shared}
        name={t`people`}
        caption={t`Active people over time. ${caption}`}
        points={charts.activeUsers.map(toPoint)}
        height={110}
        isWithoutLabels
      />
      <h3 className="mt-4 mb-1 text-xs font-semibold">{t`Messages a day`}</h3>
      <LineChart
        {...shared}
        name={t`messages`}
        caption={t`Messages over time. ${caption}`}
        points={messages.map(toPoint)}
        height={170}
      />
    </Card>
  );
}
