import { t } from "@lingui/core/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { ChoiceField, Field, TextField } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";
import { useToast } from "@/components/ui/toast";
import { cn } from "@/lib/cn";
import { CONTENTS, createReport, templatesQuery } from "./queries";
import { parseRecipients, parseSchedule, printSchedule, type Schedule } from "./schedule";
import { ScheduleFields } from "./schedule-fields";
import { useReportWords } from "./use-report-words";

/** Says which report is wanted. One with a set time is made from then on. */
export function ReportEditor({ zone }: { zone: string }) {
  const words = useReportWords();
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [metrics, setMetrics] = useState<string[]>(["activeUsers", "messageVolume"]);
  const [period, setPeriod] = useState("lastWeek");
  const [format, setFormat] = useState("pdf");
  const [schedule, setSchedule] = useState<Schedule>({ every: "week", weekday: 0, time: "09:00" });
  const [recipients, setRecipients] = useState("");
  const { data: begin } = useQuery({ ...templatesQuery(), enabled: isOpen });
  const templates = begin?.templates ?? [];
  const chosen = templates.find((template) => template.name === name);
  const beginWith = (id: string) => {
    const template = templates.find((one) => one.id === id);
    if (!template) return;
    setName(template.name);
    setMetrics(CONTENTS.filter((metric) => template.metrics.includes(metric)));
    setPeriod(template.period);
    setSchedule(parseSchedule(template.schedule));
  };
  const toast = useToast();
  const queries = useQueryClient();
  const { addresses, wrong } = parseRecipients(recipients);
  const cron = printSchedule(schedule);
  const keeping = useMutation({
    mutationFn: () =>
      createReport({
        name: name.trim(),
        metrics,
        period,
        format,
        ...(cron && { schedule: cron }),
        ...(addresses.length > 0 && { recipients: addresses }),
      }),
    onSuccess: () => {
      toast(t`Report saved`);
      setOpen(false);
      setName("");
      void queries.invalidateQueries();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keeping.mutate();
  };
  const toggle = (metric: string) =>
    setMetrics(CONTENTS.filter((one) => (one === metric ? !metrics.includes(one) : metrics.includes(one))));
  const wrongs = wrong.join(", ");
  const isReady = name.trim() !== "" && metrics.length > 0 && wrong.length === 0;
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        <Plus aria-hidden="true" className="text-current!" />
        {t`New report`}
      </Button>
      <Sheet isOpen={isOpen} onOpenChange={setOpen} side="end" title={t`New report`}>
        <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
          <ChoiceField
            label={t`Begin with`}
            value={chosen?.id ?? ""}
            onChange={beginWith}
            options={[
              { value: "", title: t`Nothing` },
              ...templates.map(({ id, name: title }) => ({ value: id, title })),
            ]}
          />
          <TextField
            label={t`Name`}
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <fieldset>
            <legend className="mb-1.5 font-medium">{t`What it holds`}</legend>
            {CONTENTS.map((metric) => (
              <label key={metric} className="flex min-h-8 items-center gap-2.5 pointer-coarse:min-h-11">
                <input
                  type="checkbox"
                  className="accent-primary size-4"
                  checked={metrics.includes(metric)}
                  onChange={() => toggle(metric)}
                />
                {words.contents[metric]}
              </label>
            ))}
          </fieldset>
          <div className="grid gap-4 sm:grid-cols-2">
            <ChoiceField
              label={t`About`}
              value={period}
              onChange={setPeriod}
              options={Object.entries(words.periods).map(([value, title]) => ({ value, title }))}
            />
            <ChoiceField
              label={t`As`}
              value={format}
              onChange={setFormat}
              options={Object.entries(words.formats).map(([value, title]) => ({ value, title }))}
            />
          </div>
          <ScheduleFields schedule={schedule} onChange={setSchedule} zone={zone} />
          <Field
            label={t`To`}
            hint={t`E-mail addresses with commas between`}
            problem={wrongs ? t`No addresses: ${wrongs}` : undefined}
          >
            {(props) => (
              <textarea
                {...props}
                className={cn(props.className, "h-auto py-2")}
                rows={2}
                value={recipients}
                onChange={(event) => setRecipients(event.target.value)}
              />
            )}
          </Field>
          {keeping.error && (
            <p role="alert" className="text-bad">
              {keeping.error.message}
            </p>
          )}
          <Button type="submit" look="primary" className="self-end" disabled={!isReady || keeping.isPending}>
            {cron ? t`Save and activate` : t`Save`}
          </Button>
        </form>
      </Sheet>
    </>
  );
}
