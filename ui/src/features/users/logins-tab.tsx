import { t } from "@lingui/core/macro";
import { type AnswerOf, answers } from "@/api/answers";
import { type Answer, useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { HoursHeat } from "@/components/charts/hours-heat";
import { LineChart } from "@/components/charts/line-chart";
import { RowBars } from "@/components/charts/row-bars";
import { bucketLabel, bucketTitle } from "@/lib/bucket";
import { busiestHour } from "@/lib/hours";
import { roughDuration } from "@/lib/rough-duration";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { LoginFigures } from "./login-figures";

export type Logins = AnswerOf<"logins">;

/** When and from where people sign in, and how long they stay. */
export function LoginsTab() {
  const [scope] = useScope();
  const answer = useAnswer(answers("logins", scope));
  return (
    <>
      <LoginFigures answer={answer} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-12">
        <LoginHoursCard answer={answer} />
        <PlatformsCard answer={answer} />
        <TimelineCard answer={answer} kind="failedLogins" />
        <TimelineCard answer={answer} kind="medianSessionSeconds" />
      </div>
    </>
  );
}

function LoginHoursCard({ answer }: { answer: Answer<Logins> }) {
  const format = useFormat();
  const hour = (at: number) => String(at % 24).padStart(2, "0");
  const sentence = (span: string, value: number): string => {
    const count = format.exact(value);
    return t`Most sign-ins on ${span}: ${count}.`;
  };
  return (
    <Card
      id="login-hours"
      title={t`When people sign in`}
      answer={answer}
      metrics={["signIns"]}
      table="heatmap"
      explore={{ metrics: ["signIns"], dimensions: ["hourOfWeek"] }}
      height={240}
      className="lg:col-span-8"
      content={(data) => {
        const heatmap = data.heatmap ?? [];
        const most = busiestHour(heatmap);
        const caption = most
          ? sentence(`${format.weekday(most.day)} ${hour(most.hour)}–${hour(most.hour + 1)}`, most.value)
          : t`Nobody signed in in this time.`;
        return {
          caption,
          twin: {
            columns: [t`Hour`, ...heatmap.map((_, day) => format.weekday(day))],
            rows: Array.from({ length: 24 }, (_, at) => [
              `${hour(at)}:00`,
              ...heatmap.map((hours) => format.exact(hours[at] ?? 0)),
            ]),
          },
          body: <HoursHeat heatmap={heatmap} unit={t`sign-ins`} caption={caption} />,
        };
      }}
    />
  );
}

function PlatformsCard({ answer }: { answer: Answer<Logins> }) {
  const format = useFormat();
  const sentence = (name: string, share: number): string => {
    const percent = format.percent(share);
    return t`${percent} sign in from ${name}.`;
  };
  return (
    <Card
      id="platforms"
      title={t`From where`}
      answer={answer}
      metrics={["signIns"]}
      table="platforms"
      height={240}
      className="lg:col-span-4"
      content={(data) => {
        const platforms = data.platforms ?? [];
        const [first] = platforms;
        const caption =
          first?.share != null && first.platform ? sentence(first.platform, first.share) : undefined;
        const name = (row: NonNullable<Logins["platforms"]>[number]) =>
          row.isRest ? t`all others` : (row.platform ?? t`unknown`);
        return {
          caption,
          empty: first ? undefined : { title: t`No sign-ins`, text: t`Nobody signed in in this time.` },
          twin: {
            columns: [t`Platform`, t`Sign-ins`, t`Before`],
            rows: platforms.map((row) => [
              name(row),
              format.exact(row.logins.current),
              row.logins.previous == null ? "–" : format.exact(row.logins.previous),
            ]),
          },
          body: (
            <RowBars
              series={[t`sign-ins`]}
              caption={caption ?? t`From where`}
              format={format.exact}
              nameWidth={80}
              rows={platforms.map((row) => ({
                key: name(row),
                name: name(row),
                values: [row.logins.current],
                isRest: row.isRest,
                ...(row.share != null && { note: format.percent(row.share) }),
              }))}
            />
          ),
        };
      }}
    />
  );
}

interface TimelineCardProps {
  answer: Answer<Logins>;
  kind: "failedLogins" | "medianSessionSeconds";
}

function TimelineCard({ answer, kind }: TimelineCardProps) {
  const format = useFormat();
  const isFailed = kind === "failedLogins";
  const write = isFailed ? format.exact : (seconds: number) => roughDuration(seconds, format);
  const number = (value: number | null | undefined) => (value == null ? "–" : write(value));
  return (
    <Card
      id={isFailed ? "failed" : "sessions"}
      title={isFailed ? t`Failed sign-ins` : t`How long people stay`}
      answer={answer}
      metrics={[isFailed ? "failedSignIns" : "sessions"]}
      table="timeline"
      height={200}
      className="lg:col-span-6"
      content={({ timeline }) => {
        const most = timeline.reduce<Logins["timeline"][number] | undefined>(
          (best, bucket) => ((bucket[kind] ?? 0) > (best?.[kind] ?? 0) ? bucket : best),
          undefined,
        );
        const sentence = (day: string, value: string): string => t`Most on ${day}: ${value}.`;
        const caption = most
          ? sentence(format.day(most.date), number(most[kind]))
          : isFailed
            ? t`No sign-in failed in this time.`
            : t`No session in this time.`;
        return {
          caption,
          twin: {
            columns: [t`Day`, t`Now`, t`Before`],
            rows: timeline.map((bucket) => [
              bucketTitle(bucket, format),
              number(bucket[kind]),
              number(bucket.previous?.[kind]),
            ]),
          },
          body: (
            <LineChart
              name={isFailed ? t`failed` : t`median`}
              previousName={t`before`}
              caption={caption}
              height={180}
              format={isFailed ? format.exact : (seconds) => format.duration(Math.round(seconds / 60) * 60)}
              points={timeline.map((bucket) => ({
                label: bucketLabel(bucket.date, format),
                title: bucketTitle(bucket, format),
                value: bucket[kind] ?? null,
                previous: bucket.previous?.[kind] ?? null,
                isComplete: bucket.complete,
              }))}
            />
          ),
        };
      }}
    />
  );
}
