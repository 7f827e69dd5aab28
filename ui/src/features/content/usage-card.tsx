import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { useChartHeight } from "@/components/card/card-context";
import { LineChart } from "@/components/charts/line-chart";
import { ShareBars } from "@/components/drill/share-bars";
import { PageLink } from "@/components/layout/page-link";
import { pageOf } from "@/components/layout/pages";
import { channelTitle } from "@/lib/channel-title";
import { useDrill } from "@/lib/drill";
import { dateIn } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { termDrill } from "./model";
import type { ContentKind, ContentView, Terms, Usage } from "./queries";
import { useSentences } from "./use-sentences";

export interface UsageCardProps {
  kind: ContentKind;
  view: ContentView;
  term: string;
  answer: Answer<Terms>;
}

/** Channels that are told apart; the others are one bar. */
const CHANNELS = 8;

/** When and where one term was used. */
export function UsageCard({ kind, view, term, answer }: UsageCardProps) {
  const format = useFormat();
  const { name, usageSentence } = useSentences(kind);
  return (
    <Card
      id="usage"
      title={name(term)}
      answer={answer}
      table="usage.days"
      height={420}
      className="lg:col-span-5"
      content={({ rows, usage, meta }) => {
        const [row] = rows;
        const caption = usage && usageSentence(usage);
        const days = usage?.days ?? [];
        return {
          figure: {
            value: row?.count ?? 0,
            unit: t`uses`,
            percent: row?.trends ? (row.trends.count.changePercent ?? null) : undefined,
          },
          caption,
          empty:
            row && usage
              ? undefined
              : {
                  title: t`Not used in this time`,
                  text: t`Choose a longer period, or another one of the list.`,
                },
          twin: {
            columns: [t`Day`, t`Uses`, t`People`],
            rows: days.map((day) => [format.day(day.date), day.count, day.users]),
          },
          body: usage && (
            <UsageCharts
              kind={kind}
              view={view}
              term={term}
              usage={usage}
              caption={caption ?? ""}
              asOf={meta.asOf}
            />
          ),
        };
      }}
    />
  );
}

interface UsageChartsProps {
  kind: ContentKind;
  view: ContentView;
  term: string;
  usage: Usage;
  caption: string;
  asOf: string;
}

function UsageCharts({ kind, view, term, usage, caption, asOf }: UsageChartsProps) {
  const format = useFormat();
  const [, drill] = useDrill();
  const height = useChartHeight(180);
  const today = dateIn(asOf, format.timezone);
  const shown = usage.channels.slice(0, CHANNELS);
  const others = usage.channels.slice(CHANNELS);
  const bars = shown.map((channel) => {
    const title = channelTitle(channel.channelName ?? channel.channelId);
    return {
      key: channel.channelId,
      name: pageOf("/channels") ? (
        <PageLink to="/channels/$id" params={{ id: channel.channelId }} className="hover:underline">
          {title}
        </PageLink>
      ) : (
        title
      ),
      value: channel.count,
      isRest: false,
    };
  });
  const rest = others.reduce((sum, channel) => sum + channel.count, 0);
  const count = format.exact(others.length);
  if (rest > 0) bars.push({ key: "", name: t`${count} others`, value: rest, isRest: true });
  return (
    <>
      <LineChart
        name={t`uses`}
        caption={caption}
        format={format.figure}
        height={height}
        points={usage.days.map((day) => ({
          label: format.shortDay(day.date),
          title: format.day(day.date),
          value: day.count,
          isComplete: day.date.slice(0, 10) < today,
        }))}
        onOpen={(place) => {
          const day = usage.days[place];
          const list = day && termDrill(kind, view, term, day.date);
          if (list) drill(list);
        }}
      />
      <h3 className="mt-6 mb-1 text-xs font-semibold">{t`Where`}</h3>
      <ShareBars label={t`Channels`} rows={bars} />
    </>
  );
}
