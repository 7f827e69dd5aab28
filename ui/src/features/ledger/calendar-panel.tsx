import { t } from "@lingui/core/macro";
import { Panel } from "@/components/card/panel";
import { Calendar, type CalendarDay } from "@/components/charts/calendar";
import { parseDate } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { useStateNames } from "./days-table";
import { largestDay, signOf } from "./model";
import type { Ledger } from "./queries";

/** A year of days: the more events the darker, and a sign on those that are not complete. */
export function CalendarPanel({ ledger }: { ledger: Ledger }) {
  const format = useFormat();
  const names = useStateNames();
  const days = ledger.list
    .flatMap((day): CalendarDay[] => {
      const date = parseDate(day.day);
      if (!date) return [];
      const state = names[day.state] ?? day.state;
      const late = day.lateEvents ? [{ name: t`late`, value: format.exact(day.lateEvents) }] : [];
      return [
        {
          date,
          value: day.events,
          more: [{ name: t`state`, value: state }, ...late],
          ...(day.state !== "clean" && { sign: signOf(day.state), colour: "var(--warn-soft)" }),
        },
      ];
    })
    .reverse();
  const most = largestDay(ledger.list);
  const sentence = (day: NonNullable<typeof most>) => {
    const date = format.day(day.day);
    const count = format.exact(day.events);
    return t`The fullest day is ${date} with ${count} events; days that are not complete have a sign.`;
  };
  const caption = most ? sentence(most) : t`No day has events yet.`;
  return (
    <Panel title={t`Days of the last year`} caption={caption}>
      <Calendar days={days} unit={t`events`} caption={caption} format={format.exact} />
    </Panel>
  );
}
