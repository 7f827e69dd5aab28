import { t } from "@lingui/core/macro";
import { Clock } from "lucide-react";
import { useState } from "react";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import type { Twin } from "@/components/card/content";
import { sharedRoom } from "@/components/charts/axis";
import { LineChart, type LinePoint } from "@/components/charts/line-chart";
import type { Mark } from "@/components/charts/use-marks";
import { Badge } from "@/components/ui/badge";
import { bucketLabels, bucketSpan, bucketTitle } from "@/lib/bucket";
import { type DrillKind, useDrill } from "@/lib/drill";
import { addDays, parseDate } from "@/lib/plain-date";
import { useScope } from "@/lib/scope";
import type { Grain } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { comparedDates, factsOf, flagsOf, type SeriesFacts } from "./model";
import { activityFile, type Dashboard } from "./queries";

interface Bucket {
  date: string;
  end: string;
  value: number;
  previous: number | null;
  complete: boolean;
  /** The day that it is compared with; `undefined` where buckets are no days, or nothing is compared. */
  against: string | undefined;
}

/** Returns both series of the card, with the days that they are compared with. */
function bucketsOf({ charts, meta }: Dashboard): { people: Bucket[]; messages: Bucket[] } {
  const days = meta.previousFrom == null ? undefined : comparedDates(charts.activeUsers, meta);
  const whole = (
    point: { date: string; end: string; complete: boolean; previous?: number | null },
    value: number,
    place: number,
  ): Bucket => ({ ...point, value, previous: point.previous ?? null, against: days?.[place] });
  return {
    people: charts.activeUsers.map((point, place) => whole(point, point.value, place)),
    messages: charts.messageVolume.map((point, place) => whole(point, point.count, place)),
  };
}

/** People and messages over time: two charts under each other, on one axis of time. */
export function ActivityCard({ answer, grain }: { answer: Answer<Dashboard>; grain: Grain }) {
  const format = useFormat();
  const [scope] = useScope();
  const sentence = ({ busiest, timesUsual, weekendPercent }: SeriesFacts<Bucket>): string => {
    const day = bucketTitle(busiest, format);
    const count = format.exact(busiest.value);
    const times = format.exact(Math.round(timesUsual * 10) / 10);
    const share = weekendPercent === null ? "" : format.percent(weekendPercent);
    const first =
      timesUsual >= 1.5
        ? t`Busiest ${day} with ${count} messages, ${times} times as many as usual`
        : t`Busiest ${day} with ${count} messages`;
    return share ? t`${first}; weekends carry ${share}.` : `${first}.`;
  };
  const isOpen = answer.data?.charts.activeUsers.at(-1)?.complete === false;
  return (
    <Card
      id="activity"
      title={t`Activity`}
      answer={answer}
      metrics={["activeUsers", "messages"]}
      csv={activityFile({ ...scope, groupBy: grain })}
      explore={{ metrics: ["messages", "activeUsers"], groupBy: grain }}
      height={360}
      className="lg:col-span-8"
      tools={
        isOpen && (
          <Badge className="me-1">
            <Clock aria-hidden="true" />
            {t`so far`}
          </Badge>
        )
      }
      content={(data) => {
        const { people, messages } = bucketsOf(data);
        const facts = factsOf(messages, grain === "day");
        const caption = facts ? sentence(facts) : t`Nothing was written in this time.`;
        const number = (value: number | null | undefined) => (value == null ? "–" : format.exact(value));
        const twin: Twin = {
          columns: [t`Time`, t`People`, t`People before`, t`Messages`, t`Messages before`],
          rows: people.map((point, place) => [
            bucketTitle(point, format),
            number(point.value),
            number(point.previous),
            number(messages[place]?.value),
            number(messages[place]?.previous),
          ]),
        };
        return {
          caption,
          twin,
          body: (
            <ActivityCharts data={data} grain={grain} people={people} messages={messages} caption={caption} />
          ),
        };
      }}
    />
  );
}

/** Returns what a chart of the buckets has to have room for. */
function valuesOf(series: Bucket[]): (number | null)[] {
  return series.flatMap(({ value, previous }) => [value, previous]);
}

interface ActivityChartsProps {
  data: Dashboard;
  grain: Grain;
  people: Bucket[];
  messages: Bucket[];
  caption: string;
}

function ActivityCharts({ data, grain, people, messages, caption }: ActivityChartsProps) {
  const format = useFormat();
  const [, changeScope] = useScope();
  const [, drill] = useDrill();
  const [at, onAt] = useState<Mark | null>(null);
  const isCompared = data.meta.previousFrom != null;
  const labels = bucketLabels(
    people.map(({ date }) => date),
    format,
  );
  const toPoint = (bucket: Bucket, place: number): LinePoint => ({
    label: labels[place] ?? "",
    title: bucketTitle(bucket, format),
    value: bucket.value,
    ...(isCompared && { previous: bucket.previous }),
    previousTitle: bucket.against && format.day(bucket.against),
    isComplete: bucket.complete,
  });
  const open = (kind: DrillKind, series: Bucket[]) => (place: number) => {
    const bucket = series[place];
    if (!bucket) return;
    const against = bucket.against && parseDate(bucket.against);
    const own = against && { own: { compare: `${against}..${addDays(against, 1)}` } };
    drill({ kind, ...bucketSpan(bucket, format), ...own });
  };
  const brush = (first: number, last: number) => {
    const [begin, end] = [people[first], people[last]];
    if (begin && end) changeScope({ from: bucketSpan(begin, format).from, to: bucketSpan(end, format).to });
  };
  const titles: Record<Grain, [string, string]> = {
    hour: [t`People an hour`, t`Messages an hour`],
    day: [t`People a day`, t`Messages a day`],
    week: [t`People a week`, t`Messages a week`],
    month: [t`People a month`, t`Messages a month`],
  };
  const shared = {
    shared: { at, onAt },
    format: format.figure,
    onBrush: brush,
    axisWidth: sharedRoom([people, messages].map(valuesOf), format.figure),
    ...(isCompared && { previousName: t`before` }),
  };
  return (
    <>
      <h3 className="mb-1 text-xs font-semibold">{titles[grain][0]}</h3>
      <LineChart
        {...shared}
        name={t`people`}
        caption={t`Active people over time. ${caption}`}
        points={people.map(toPoint)}
        flags={flagsOf(data.meta.annotations ?? [], people)}
        height={116}
        isWithoutLabels
        onOpen={open("people", people)}
      />
      <h3 className="mt-4 mb-1 text-xs font-semibold">{titles[grain][1]}</h3>
      <LineChart
        {...shared}
        name={t`messages`}
        caption={t`Messages over time. ${caption}`}
        points={messages.map(toPoint)}
        total={data.totalMessages}
        height={174}
        onOpen={open("messages", messages)}
      />
    </>
  );
}
