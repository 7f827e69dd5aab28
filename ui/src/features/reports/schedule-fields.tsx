import { t } from "@lingui/core/macro";
import { ChoiceField, TextField } from "@/components/ui/field";
import { useFormat } from "@/lib/use-format";
import { printSchedule, type Schedule } from "./schedule";

export interface ScheduleFieldsProps {
  schedule: Schedule;
  onChange: (schedule: Schedule) => void;
  zone: string;
}

/** When a report is wanted, in words; what words cannot say is written as cron. */
export function ScheduleFields({ schedule, onChange, zone }: ScheduleFieldsProps) {
  const format = useFormat();
  const time = "time" in schedule ? schedule.time : "09:00";
  const choose = (every: string) => {
    const starts: Record<string, Schedule> = {
      never: { every: "never" },
      day: { every: "day", time },
      week: { every: "week", weekday: 0, time },
      month: { every: "month", day: 1, time },
      cron: { every: "cron", text: printSchedule(schedule) ?? "0 9 * * 1" },
    };
    onChange(starts[every] ?? { every: "never" });
  };
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <ChoiceField
        label={t`When`}
        value={schedule.every}
        onChange={choose}
        options={[
          { value: "day", title: t`Every day` },
          { value: "week", title: t`Every week` },
          { value: "month", title: t`Every month` },
          { value: "never", title: t`At no set time` },
          { value: "cron", title: t`Advanced` },
        ]}
      />
      {schedule.every === "week" && (
        <ChoiceField
          label={t`Weekday`}
          value={String(schedule.weekday)}
          onChange={(weekday) => onChange({ ...schedule, weekday: Number(weekday) })}
          options={Array.from({ length: 7 }, (_, day) => ({
            value: String(day),
            title: format.weekday(day, "long"),
          }))}
        />
      )}
      {schedule.every === "month" && (
        <TextField
          type="number"
          min={1}
          max={31}
          label={t`Day of the month`}
          value={schedule.day}
          onChange={(event) => onChange({ ...schedule, day: Number(event.target.value) })}
        />
      )}
      {"time" in schedule && (
        <TextField
          type="time"
          label={t`Time`}
          hint={zone}
          value={schedule.time}
          onChange={(event) => onChange({ ...schedule, time: event.target.value })}
        />
      )}
      {schedule.every === "cron" && (
        <TextField
          label={t`Five fields of cron`}
          hint={zone}
          value={schedule.text}
          onChange={(event) => onChange({ every: "cron", text: event.target.value })}
        />
      )}
    </div>
  );
}
