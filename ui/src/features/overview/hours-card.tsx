import { t } from "@lingui/core/macro";
import { Card } from "@/components/card/card";
import { MetaFooter } from "@/components/card/meta-footer";
import { Heatmap } from "@/components/charts/heatmap";
import { addDays, type PlainDate } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { busiestHour } from "./model";
import type { Messages } from "./queries";

/** A Monday, from which the names of weekdays come. */
const MONDAY = "2024-01-01" as PlainDate;

/** When people write, by weekday and local hour. */
export function HoursCard({
  answer,
  isStale,
  locale,
}: {
  answer: Messages;
  isStale: boolean;
  locale: string;
}) {
  const format = useFormat();
  const weekdayName = (day: number, width: "short" | "long") =>
    new Intl.DateTimeFormat(locale, { weekday: width, timeZone: "UTC" }).format(
      new Date(addDays(MONDAY, day)),
    );
  const hour = (at: number) => String(at % 24).padStart(2, "0");
  const most = busiestHour(answer.heatmap);
  const sentence = (busiest: NonNullable<typeof most>) => {
    const span = `${weekdayName(busiest.day, "short")} ${hour(busiest.hour)}–${hour(busiest.hour + 1)}`;
    const count = format.exact(busiest.value);
    return t`Busiest hour of the week is ${span} with ${count} messages.`;
  };
  const caption = most ? sentence(most) : t`Nothing was written in this time.`;
  const rows = answer.heatmap.map((values, day) => ({
    name: weekdayName(day, "short"),
    title: weekdayName(day, "long"),
    values,
  }));
  const columns = Array.from({ length: 24 }, (_, at) => ({
    label: at % 3 === 0 ? hour(at) : "",
    title: `${hour(at)}:00`,
  }));
  return (
    <Card
      title={t`When people write`}
      caption={caption}
      isStale={isStale}
      className="lg:col-span-6"
      footer={<MetaFooter meta={answer.meta} />}
    >
      <Heatmap rows={rows} columns={columns} unit={t`messages`} caption={caption} format={format.exact} />
    </Card>
  );
}
