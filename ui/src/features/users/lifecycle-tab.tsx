import { plural, t } from "@lingui/core/macro";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Bars } from "@/components/charts/bars";
import { bucketLabel, bucketSpan, bucketTitle } from "@/lib/bucket";
import { useDrill } from "@/lib/drill";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { drillOwn } from "./model";
import { lifecycleNames } from "./people-columns";
import { type Lifecycle, usersQueries } from "./queries";

/** The parts of a bar from below, and what is below the line. */
const PARTS = ["kept", "returning", "new", "churned"] as const;

/** Who is new, stays, comes back and leaves, bucket by bucket. */
export function LifecycleTab() {
  const [scope] = useScope();
  const format = useFormat();
  const [, drill] = useDrill();
  const answer = useAnswer(usersQueries.lifecycle(scope));
  const names = lifecycleNames();
  const sentence = ({ summary }: Lifecycle): string => {
    const gained = format.exact(summary.new + summary.returning);
    if (summary.churned == null) return t`${gained} came or came back.`;
    const left = format.exact(summary.churned);
    const rate = summary.churnRate == null ? undefined : format.percent(summary.churnRate);
    return rate
      ? t`${gained} came or came back, ${left} left: ${rate} of those who were there before.`
      : t`${gained} came or came back, ${left} left.`;
  };
  return (
    <Card
      id="lifecycle"
      title={t`Who comes, stays and leaves`}
      answer={answer}
      metrics={["activeUsers"]}
      table="series"
      height={340}
      footnote={t`beside the bucket before; below the line, who left`}
      content={(data) => {
        const caption = sentence(data);
        const number = (value: number | null | undefined) => (value == null ? "–" : format.exact(value));
        const active = plural(data.summary.activeUsers, {
          one: "one active person",
          other: "# active people",
        });
        return {
          caption: `${active}: ${caption.charAt(0).toLocaleLowerCase(format.locale)}${caption.slice(1)}`,
          empty:
            data.series.length === 0
              ? { title: t`Nobody was active in this time`, text: t`A longer period may have people.` }
              : undefined,
          twin: {
            columns: [t`From`, t`Active`, ...PARTS.map((part) => names[part] ?? part)],
            rows: data.series.map((bucket) => [
              bucketTitle(bucket, format),
              format.exact(bucket.activeUsers),
              ...PARTS.map((part) => number(bucket[part])),
            ]),
          },
          body: (
            <Bars
              columns={data.series.map((bucket) => ({
                label: bucketLabel(bucket.date, format),
                title: bucketTitle(bucket, format),
                isComplete: bucket.complete,
                isCut: bucket.date < format.dateOf(data.meta.from),
              }))}
              series={PARTS.map((part) => ({
                name: names[part] ?? part,
                values: data.series.map((bucket) => {
                  const value = bucket[part] ?? null;
                  return part === "churned" && value !== null ? -value : value;
                }),
              }))}
              caption={caption}
              format={(value) => format.exact(Math.abs(value))}
              height={320}
              onOpen={(series, column) => {
                const [part, bucket] = [PARTS[series], data.series[column]];
                if (!part || !bucket) return;
                drill({ kind: "people", ...bucketSpan(bucket, format), own: drillOwn(part) });
              }}
            />
          ),
        };
      }}
    />
  );
}
