import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Bars } from "@/components/charts/bars";
import { useDrill } from "@/lib/drill";
import { useFormat } from "@/lib/use-format";
import { peakMinute } from "./model";
import type { Realtime } from "./queries";

/** Messages of the last 60 minutes, one by one. */
export function MinutesCard({ answer }: { answer: Answer<Realtime> }) {
  const format = useFormat();
  return (
    <Card
      id="minutes"
      title={t`Messages a minute`}
      answer={answer}
      metrics={["messages"]}
      table="minutes"
      height={240}
      className="lg:col-span-8"
      footnote={t`the dashed minute is not over`}
      content={({ minutes, messages }) => {
        const peak = peakMinute(minutes);
        const sentence = (most: NonNullable<typeof peak>) => {
          const all = format.exact(messages);
          const count = format.exact(most.messages);
          const at = format.time(most.at);
          return t`${all} in the last 60 minutes; the peak was ${count} at ${at}.`;
        };
        const caption = peak ? sentence(peak) : t`Nobody wrote in the last 60 minutes.`;
        return {
          caption,
          twin: {
            columns: [t`Minute`, t`Messages`, t`Events`, t`People`],
            rows: minutes.map((minute) => [
              format.time(minute.at),
              minute.messages,
              minute.events,
              minute.activeUsers,
            ]),
          },
          body: <MinuteBars minutes={minutes} caption={caption} />,
        };
      }}
    />
  );
}

function MinuteBars({ minutes, caption }: { minutes: Realtime["minutes"]; caption: string }) {
  const format = useFormat();
  const [, drill] = useDrill();
  return (
    <Bars
      columns={minutes.map((minute) => ({
        label: format.time(minute.at),
        title: format.time(minute.at),
        isComplete: minute.complete,
      }))}
      series={[{ name: t`messages`, values: minutes.map((minute) => minute.messages) }]}
      caption={caption}
      format={format.exact}
      height={220}
      onOpen={(_, column) => {
        const minute = minutes[column];
        if (minute) drill({ kind: "messages", from: minute.at, to: minute.end });
      }}
    />
  );
}
