import { t } from "@lingui/core/macro";
import { answers } from "@/api/answers";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Curves } from "@/components/charts/curves";
import { Interval } from "@/components/charts/interval";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { wholePercent } from "@/lib/whole-percent";
import { countOf, shareInterval } from "./retention-model";
import { modeUnit, stepName } from "./retention-words";
import { useRetention } from "./use-retention";

/** Cohorts with a line of their own: the last ones. */
const LINES = 3;
/** Of fewer people a line would jump with each of them. */
const ENOUGH = 5;

/** How many of each cohort are still there, step by step, and on day 1, 7 and 30. */
export function RetentionTab() {
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-12">
      <CurvesCard />
      <DaysCard />
    </div>
  );
}

function CurvesCard() {
  const { answer, mode, width } = useRetention();
  const format = useFormat();
  return (
    <Card
      id="retention"
      title={t`Retention by cohort`}
      answer={answer}
      metrics={["activeUsers", "signUps"]}
      table="summary"
      height={320}
      className="lg:col-span-8"
      footnote={t`in blue all cohorts together; those of at least five people have a line`}
      content={(data) => {
        const cohorts = data.cohorts.filter((cohort) => cohort.size > 0);
        const settled = data.summary.findLast((step) => step.size > 0 && step.share != null);
        const place = settled ? data.summary.indexOf(settled) + 1 : 0;
        const sentence = (share: string, step: string): string => t`${step}: ${share} ${modeUnit(mode)}.`;
        const caption =
          settled?.share != null
            ? sentence(format.percent(settled.share), stepName(width, place))
            : undefined;
        const write = (value: number | null | undefined) => (value == null ? "–" : format.percent(value));
        const shares = (days: { onDay?: number | null; share?: number | null }[]) => [
          100,
          ...days.map((day) => (day.onDay == null ? null : (day.share ?? null))),
        ];
        const lines = cohorts
          .filter((cohort) => cohort.size >= ENOUGH && cohort.days.some((day) => day.onDay != null))
          .slice(-LINES);
        return {
          caption,
          empty:
            cohorts.length === 0
              ? { title: t`Nobody signed up`, text: t`There is no cohort in this time.` }
              : undefined,
          twin: {
            columns: [
              t`After`,
              t`People`,
              t`All cohorts`,
              ...lines.map((cohort) => format.shortDay(cohort.cohort)),
            ],
            rows: data.summary.map((step, at) => [
              stepName(width, at + 1),
              format.exact(step.size),
              write(step.share),
              ...lines.map((cohort) => write(cohort.days[at]?.onDay == null ? null : cohort.days[at]?.share)),
            ]),
          },
          body: (
            <Curves
              curves={[
                {
                  name: t`all`,
                  look: "main",
                  values: [100, ...data.summary.map((step) => (step.size > 0 ? (step.share ?? null) : null))],
                },
                ...lines.map((cohort) => ({
                  name: format.shortDay(cohort.cohort),
                  values: shares(cohort.days),
                })),
              ]}
              labels={[0, ...data.summary.map((_, at) => at + 1)].map((step) => ({
                label: String(step),
                title: stepName(width, step),
              }))}
              caption={caption ?? t`Retention by cohort`}
              format={(value) => wholePercent(value, format)}
              max={100}
              height={300}
            />
          ),
        };
      }}
    />
  );
}

function DaysCard() {
  const [scope] = useScope();
  const format = useFormat();
  const { groupBy, ...span } = scope;
  const answer = useAnswer(answers("retention", span, { days: "1,7,30" }));
  return (
    <Card
      id="days"
      title={t`On day 1, 7 and 30`}
      answer={answer}
      metrics={["activeUsers", "signUps"]}
      table="summary"
      height={220}
      className="lg:col-span-4"
      footnote={t`on that day, not “by then”; bars are 95 % intervals`}
      content={(data) => {
        const rows = data.summary.map((step) => {
          const count = countOf(step as never, "day") ?? 0;
          const reach = shareInterval(count, step.size);
          const [some, all, day] = [format.exact(count), format.exact(step.size), format.exact(step.day)];
          return {
            key: day,
            name: t`Day ${day}`,
            note: t`${some} of ${all}`,
            low: reach?.low ?? null,
            mid: step.size > 0 ? (100 * count) / step.size : null,
            high: reach?.high ?? null,
          };
        });
        const write = (value: number | null) => (value === null ? "–" : format.percent(value));
        const caption = t`People old enough for the day, with what chance alone may explain.`;
        return {
          caption,
          empty: data.summary.every((step) => step.size === 0)
            ? { title: t`Nobody is old enough`, text: t`Nobody signed up at least a day ago in this time.` }
            : undefined,
          twin: {
            columns: [t`Day`, t`People`, t`Share`, t`At least`, t`At most`],
            rows: rows.map((row) => [row.name, row.note, write(row.mid), write(row.low), write(row.high)]),
          },
          body: (
            <Interval
              rows={rows}
              names={{ low: t`at least`, mid: t`share`, high: t`at most` }}
              caption={caption}
              format={(value) => wholePercent(value, format)}
              domain={[0, 100]}
              ticks={[0, 50, 100]}
              nameWidth={64}
            />
          ),
        };
      }}
    />
  );
}
