import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Curves } from "@/components/charts/curves";
import { channelTitle } from "@/lib/channel-title";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { wholePercent } from "@/lib/whole-percent";
import { channelsQueries, type ResponseTimes } from "./queries";
import { ResponseCard } from "./response-card";

/** Channels with a line of their own. */
const LINES = 4;

/** How soon channels answer, and how much they leave unanswered. */
export function ResponseTab() {
  const [scope] = useScope();
  const answer = useAnswer(channelsQueries.responses(scope));
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-12">
      <ResponseCard answer={answer} most={20} className="lg:col-span-6" />
      <WithinCard answer={answer} />
    </div>
  );
}

type Answered = ResponseTimes["answered"];

function WithinCard({ answer }: { answer: Answer<ResponseTimes> }) {
  const format = useFormat();
  const shares = (answered: Answered) => [
    answered.within5m ?? null,
    answered.within1h ?? null,
    answered.within24h ?? null,
  ];
  const write = (value: number | null) => (value === null ? "–" : format.percent(value));
  const sentence = (answered: Answered): string | undefined => {
    if (answered.within1h == null || answered.within24h == null) return undefined;
    const [hour, day] = [format.percent(answered.within1h), format.percent(answered.within24h)];
    const never = format.exact(answered.unanswered);
    return t`${hour} are answered within an hour, ${day} within a day; ${never} were not.`;
  };
  return (
    <Card
      id="within"
      title={t`Answered within`}
      answer={answer}
      table="rows"
      height={300}
      className="lg:col-span-6"
      footnote={t`of messages that began something; unanswered ones count`}
      content={(data) => {
        const caption = sentence(data.answered);
        const largest = data.rows
          .toSorted((one, other) => other.answered.starters - one.answered.starters)
          .slice(0, LINES);
        const name = (row: ResponseTimes["rows"][number]) => channelTitle(row.name ?? row.key ?? "");
        return {
          caption,
          empty:
            data.answered.starters === 0
              ? { title: t`Nothing to answer`, text: t`Nobody began anything in this time.` }
              : undefined,
          twin: {
            columns: [t`Channel`, t`5 minutes`, t`1 hour`, t`24 hours`, t`Unanswered`],
            rows: [
              [t`All`, ...shares(data.answered).map(write), format.exact(data.answered.unanswered)],
              ...data.rows.map((row) => [
                name(row),
                ...shares(row.answered).map(write),
                format.exact(row.answered.unanswered),
              ]),
            ],
          },
          body: (
            <Curves
              curves={[
                { name: t`All`, look: "main", values: shares(data.answered) },
                ...largest.map((row) => ({ name: name(row), values: shares(row.answered) })),
              ]}
              labels={[
                { label: t`5 min`, title: t`within 5 minutes` },
                { label: t`1 h`, title: t`within an hour` },
                { label: t`24 h`, title: t`within 24 hours` },
              ]}
              caption={caption ?? t`Answered within`}
              format={(value) => wholePercent(value, format)}
              max={100}
              height={280}
            />
          ),
        };
      }}
    />
  );
}
