import { t } from "@lingui/core/macro";
import { useFormat } from "@/lib/use-format";
import { parseSchedule } from "./schedule";

/** Returns how contents, periods, formats and schedules of reports are called. */
export function useReportWords() {
  const format = useFormat();
  const contents: Record<string, string> = {
    activeUsers: t`Active people`,
    messageVolume: t`Messages`,
    channelGrowth: t`Growth of channels`,
    engagement: t`Engagement`,
    retention: t`Retention`,
    lifecycle: t`New and returning people`,
    responseTimes: t`Response times`,
  };
  const periods: Record<string, string> = {
    "7d": t`Last 7 days`,
    "30d": t`Last 30 days`,
    "90d": t`Last 90 days`,
    lastWeek: t`Last week`,
    lastMonth: t`Last month`,
  };
  const formats: Record<string, string> = { pdf: "PDF", csv: "CSV", excel: "Excel", json: "JSON" };
  const schedule = (cron: string | null | undefined): string => {
    const when = parseSchedule(cron);
    if (when.every === "never") return t`at no set time`;
    if (when.every === "cron") return when.text;
    const at = clock(when.time, format.locale);
    if (when.every === "day") return t`every day at ${at}`;
    if (when.every === "month") {
      const { day } = when;
      return t`on day ${day} of every month at ${at}`;
    }
    const weekday = format.weekday(when.weekday, "long");
    return t`every ${weekday} at ${at}`;
  };
  const states: Record<string, string> = { active: t`active`, paused: t`paused`, draft: t`draft` };
  const outcomes: Record<string, string> = {
    running: t`under way`,
    made: t`made`,
    sent: t`sent`,
    failed: t`failed`,
  };
  return { contents, periods, formats, schedule, states, outcomes };
}

/** Returns a time of the day as a language writes it; it belongs to no date and no zone. */
function clock(time: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: "UTC", hour: "numeric", minute: "2-digit" });
  return format.format(Date.parse(`2024-01-01T${time}:00Z`));
}
