import { t } from "@lingui/core/macro";
import { useState } from "react";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import type { Twin } from "@/components/card/content";
import { LineChart, type LinePoint } from "@/components/charts/line-chart";
import type { Mark } from "@/components/charts/use-marks";
import { useFormat } from "@/lib/use-format";
import { factsOf, type SeriesFacts } from "./model";
import type { Dashboard } from "./queries";

/** People and messages over time: two charts under each other, on one axis of time. */
export function ActivityCard({ answer }: { answer: Answer<Dashboard> }) {
  const format = useFormat();
  const sentence = ({ busiest, timesUsual, weekendPercent }: SeriesFacts): string => {
    const day = format.day(busiest.date);
    const count = format.exact(busiest.value);
    const times = format.exact(Math.round(timesUsual * 10) / 10);
    const share = weekendPercent === null ? "" : format.percent(weekendPercent);
    const first =
      timesUsual >= 1.5
        ? t`Busiest ${day} with ${count} messages, ${times} times a usual day`
        : t`Busiest ${day} with ${count} messages`;
    return share ? t`${first}; weekends carry ${share}.` : `${first}.`;
  };
  return (
    <Card
      id="activity"
      title={t`Activity`}
      answer={answer}
      metrics={["activeUsers", "messages"]}
      table="charts.messageVolume"
      explore={{ metrics: ["messages", "activeUsers"], groupBy: "day" }}
      height={360}
      className="lg:col-span-8"
      content={({ charts }) => {
        const messages = charts.messageVolume.map((point) => ({
          ...point,
          value: point.count,
          previous: point.previous ?? null,
        }));
        const facts = factsOf(messages, messages[0]?.date.length === 10);
        const caption = facts ? sentence(facts) : t`Nothing was written in this time.`;
        const number = (value: number | null | undefined) => (value == null ? "–" : format.exact(value));
        const twin: Twin = {
          columns: [t`Day`, t`People`, t`People before`, t`Messages`, t`Messages before`],
          rows: charts.activeUsers.map((point, place) => [
            format.day(point.date),
            number(point.value),
            number(point.previous),
            number(messages[place]?.value),
            number(messages[place]?.previous),
          ]),
        };
        return {
          caption,
          twin,
          body: <ActivityCharts people={charts.activeUsers} messages={messages} caption={caption} />,
        };
      }}
    />
  );
}

interface Bucket {
  date: string;
  value: number;
  previous?: number | null;
  complete: boolean;
}

function ActivityCharts(props: { people: Bucket[]; messages: Bucket[]; caption: string }) {
  const { people, messages, caption } = props;
  const format = useFormat();
  const [at, setAt] = useState<Mark | null>(null);
  const toPoint = (point: Bucket): LinePoint => ({
    label: format.shortDay(point.date),
    title: format.day(point.date),
    value: point.value,
    previous: point.previous ?? null,
    isComplete: point.complete,
  });
  const shared = { shared: { at, onAt: setAt }, previousName: t`before`, format: format.figure };
  return (
    <>
      <h3 className="mb-1 text-xs font-semibold">{t`People a day`}</h3>
      <LineChart
        {...shared}
        name={t`people`}
        caption={t`Active people over time. ${caption}`}
        points={people.map(toPoint)}
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
    </>
  );
}
