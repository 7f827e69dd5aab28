import { t } from "@lingui/core/macro";
import { type AnswerOf, answers } from "@/api/answers";
import { type Answer, useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Heatmap } from "@/components/charts/heatmap";
import { HoursHeat } from "@/components/charts/hours-heat";
import { PageLink } from "@/components/layout/page-link";
import { bucketLabel, bucketSpan, bucketTitle } from "@/lib/bucket";
import { useDrill } from "@/lib/drill";
import { busiestHour } from "@/lib/hours";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { useIsNarrow } from "@/lib/use-size";
import { lastYear } from "./model";

type Matrix = AnswerOf<"users/matrix">;

const CELL = 22;
const GAP = 2;
const ROWS = "50";
/** Days that there is room for. */
const WIDE = 62;
const NARROW = 14;

/** When people are here: hour by hour together, and day by day each. */
export function RhythmTab() {
  const [scope] = useScope();
  const matrix = useAnswer(answers("users/matrix", lastYear(scope), { limit: ROWS }));
  return (
    <>
      <PeopleHoursCard />
      <MatrixCard answer={matrix} />
    </>
  );
}

function PeopleHoursCard() {
  const [scope] = useScope();
  const format = useFormat();
  const answer = useAnswer(answers("heatmap", scope, { metric: "activeUsers" }));
  const hour = (at: number) => String(at % 24).padStart(2, "0");
  const sentence = (span: string, value: number): string => {
    const count = format.exact(value);
    return t`Most people are here on ${span}: ${count} of them.`;
  };
  return (
    <Card
      id="people-hours"
      title={t`People by hour`}
      answer={answer}
      metrics={["activeUsers"]}
      table="heatmap"
      explore={{ metrics: ["activeUsers"], dimensions: ["hourOfWeek"] }}
      height={220}
      footnote={t`each person counts once an hour of the week`}
      content={({ heatmap }) => {
        const most = busiestHour(heatmap);
        const caption = most
          ? sentence(
              `${format.weekday(most.day, "long")} ${hour(most.hour)}–${hour(most.hour + 1)}`,
              most.value,
            )
          : t`Nobody was active in this time.`;
        return {
          caption,
          twin: {
            columns: [t`Hour`, ...heatmap.map((_, day) => format.weekday(day))],
            rows: Array.from({ length: 24 }, (_, at) => [
              `${hour(at)}:00`,
              ...heatmap.map((hours) => format.exact(hours[at] ?? 0)),
            ]),
          },
          body: <HoursHeat heatmap={heatmap} unit={t`people`} caption={caption} />,
        };
      }}
    />
  );
}

function MatrixCard({ answer }: { answer: Answer<Matrix> }) {
  const format = useFormat();
  return (
    <Card
      id="matrix"
      title={t`Messages by person and day`}
      answer={answer}
      metrics={["messages", "daysActive"]}
      table="users"
      height={480}
      footnote={t`sorted by score, not a ranking`}
      content={(data) => {
        const shown = format.exact(data.users.length);
        const all = format.exact(data.total);
        const caption =
          data.total > data.users.length
            ? t`The first ${shown} of ${all} people by score; each row is one of them.`
            : t`Each row is one of ${all} people.`;
        return {
          caption,
          empty:
            data.users.length === 0
              ? { title: t`Nobody was active in this time`, text: t`A longer period may have people.` }
              : undefined,
          twin: {
            columns: [t`Name`, ...data.days.map((day) => bucketLabel(day.date, format)), t`Messages`],
            rows: data.users.map((row) => [
              row.displayName,
              ...row.messages.map((count) => format.exact(count)),
              format.exact(row.messageCount),
            ]),
          },
          body: <MatrixGrid data={data} caption={caption} />,
        };
      }}
    />
  );
}

function MatrixGrid({ data, caption }: { data: Matrix; caption: string }) {
  const format = useFormat();
  const isNarrow = useIsNarrow();
  const [, drill] = useDrill();
  const last = isNarrow ? NARROW : WIDE;
  const days = data.days.slice(-last);
  const every = Math.max(1, Math.ceil(days.length / (isNarrow ? 3 : 7)));
  const open = days.findIndex((day) => !day.complete);
  return (
    <div className="flex gap-3 sm:gap-4">
      <div className="min-w-0 flex-1">
        <Heatmap
          rows={data.users.map((row) => ({
            name: shortened(row.displayName, isNarrow ? 12 : 20),
            title: row.displayName,
            values: row.messages.slice(-last),
          }))}
          columns={days.map((day, place) => ({
            label: (days.length - 1 - place) % every === 0 ? bucketLabel(day.date, format) : "",
            title: bucketTitle(day, format),
          }))}
          unit={t`messages`}
          caption={caption}
          format={format.exact}
          cell={CELL}
          nameWidth={isNarrow ? 92 : 144}
          openColumn={open === -1 ? undefined : open}
          onOpen={(row, column) => {
            const [person, day] = [data.users[row], days[column]];
            if (!person || !day) return;
            const own = { userId: person.userId };
            drill({ kind: "messages", ...bucketSpan(day, format), own });
          }}
        />
      </div>
      <ul aria-label={t`Messages of each person`} className="shrink-0">
        {data.users.map((row) => (
          <li
            key={row.userId}
            className="flex items-center justify-end"
            style={{ height: CELL, marginBlockEnd: GAP }}
          >
            <PageLink
              to="/users/$id"
              params={{ id: row.userId }}
              title={row.displayName}
              className="font-semibold hover:underline"
            >
              <span className="sr-only">{row.displayName}: </span>
              {format.figure(row.messageCount)}
            </PageLink>
          </li>
        ))}
      </ul>
    </div>
  );
}

function shortened(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}
