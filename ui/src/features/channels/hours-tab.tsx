import { t } from "@lingui/core/macro";
import { answers } from "@/api/answers";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { HoursHeat } from "@/components/charts/hours-heat";
import { Segmented } from "@/components/ui/segmented";
import { busiestHour, officeShare } from "@/lib/hours";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { useIsNarrow } from "@/lib/use-size";
import { useView } from "@/lib/view";

/** Hours that count as those of an office in the sentence. */
const OFFICE = [9, 18] as const;

/** When the chat is busy, by weekday and local hour. The filter of the page narrows it to channels. */
export function HoursTab() {
  const [scope] = useScope();
  const format = useFormat();
  const isNarrow = useIsNarrow();
  const [asked, setMetric] = useView("metric");
  const units = { messages: t`messages`, posters: t`people who write`, reactions: t`reactions` };
  const metric = asked !== undefined && asked in units ? (asked as keyof typeof units) : "messages";
  const answer = useAnswer(answers("heatmap", scope, { metric }));
  const hour = (at: number) => String(at % 24).padStart(2, "0");
  const sentence = (heatmap: number[][]): string => {
    const most = busiestHour(heatmap);
    if (!most) return t`Nothing happened in this time.`;
    const span = `${format.weekday(most.day, "long")} ${hour(most.hour)}–${hour(most.hour + 1)}`;
    const count = format.exact(most.value);
    const first = t`Busiest on ${span}: ${count}.`;
    const share = officeShare(heatmap, ...OFFICE);
    // People of several hours would be counted several times in a share.
    if (share === null || metric === "posters") return first;
    const percent = format.percent(share);
    return `${first} ${t`Monday to Friday from 9 to 18 carry ${percent}.`}`;
  };
  const choice = (
    <Segmented
      label={t`What is counted`}
      size="small"
      value={metric}
      options={[
        { value: "messages", title: t`Messages` },
        { value: "posters", title: t`People` },
        { value: "reactions", title: t`Reactions` },
      ]}
      onChange={(value) => setMetric(value === "messages" ? undefined : value)}
    />
  );
  return (
    <Card
      id="hours"
      title={t`Hours of the week`}
      answer={answer}
      metrics={[metric]}
      table="heatmap"
      explore={{ metrics: [metric], dimensions: ["hourOfWeek"] }}
      height={300}
      tools={!isNarrow && choice}
      content={({ heatmap }) => {
        const caption = sentence(heatmap);
        return {
          caption,
          twin: {
            columns: [t`Hour`, ...heatmap.map((_, day) => format.weekday(day))],
            rows: Array.from({ length: 24 }, (_, at) => [
              `${hour(at)}:00`,
              ...heatmap.map((hours) => format.exact(hours[at] ?? 0)),
            ]),
          },
          body: (
            <>
              {isNarrow && <div className="mb-3">{choice}</div>}
              <HoursHeat heatmap={heatmap} unit={units[metric]} caption={caption} cell={34} />
            </>
          ),
        };
      }}
    />
  );
}
