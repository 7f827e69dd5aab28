import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Heatmap } from "@/components/charts/heatmap";
import { useFormat } from "@/lib/use-format";
import { busiestHour, coreHours, type WeekHour } from "./model";
import type { Channels } from "./queries";

/** When people write, by weekday and local hour. */
export function HoursCard({ answer }: { answer: Answer<Channels> }) {
  const format = useFormat();
  const hour = (at: number) => String(at % 24).padStart(2, "0");
  const columns = Array.from({ length: 24 }, (_, at) => ({
    label: at % 3 === 0 ? hour(at) : "",
    title: `${hour(at)}:00`,
  }));
  return (
    <Card
      id="hours"
      title={t`When people write`}
      answer={answer}
      metrics={["messages"]}
      table="heatmap"
      explore={{ metrics: ["messages"], dimensions: ["hourOfWeek"] }}
      height={240}
      className="lg:col-span-6"
      content={({ heatmap }) => {
        const most = busiestHour(heatmap);
        const core = coreHours(heatmap);
        const sentence = (busiest: WeekHour) => {
          const span = `${format.weekday(busiest.day)} ${hour(busiest.hour)}–${hour(busiest.hour + 1)}`;
          const count = format.exact(busiest.value);
          const [from, to] = [hour(core?.from ?? 0), hour(core?.to ?? 24)];
          return t`Busiest hour of the week is ${span} with ${count} messages; half is written between ${from} and ${to}.`;
        };
        const caption = most ? sentence(most) : t`Nothing was written in this time.`;
        const rows = heatmap.map((values, day) => ({
          name: format.weekday(day),
          title: format.weekday(day, "long"),
          values,
        }));
        return {
          caption,
          twin: {
            columns: [t`Hour`, ...rows.map((row) => row.name)],
            rows: columns.map((column, at) => [
              column.title,
              ...heatmap.map((values) => format.exact(values[at] ?? 0)),
            ]),
          },
          body: (
            <Heatmap
              rows={rows}
              columns={columns}
              unit={t`messages`}
              cell={30}
              caption={caption}
              format={format.exact}
              peak={most && { row: most.day, column: most.hour }}
            />
          ),
        };
      }}
    />
  );
}
