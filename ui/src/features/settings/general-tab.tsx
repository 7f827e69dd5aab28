import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { statusQuery } from "@/api/status";
import { Panel } from "@/components/card/panel";
import { useFormat } from "@/lib/use-format";
import type { Settings } from "./queries";
import { SettingsList } from "./settings-list";

/** A list of names with what is said of each. */
export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="divide-border divide-y">
      {rows.map(([name, value]) => (
        <div key={name} className="grid gap-x-6 gap-y-0.5 py-2.5 sm:grid-cols-[14rem_minmax(0,1fr)]">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 font-medium break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Zone, week, privacy and what else holds for every page; what the environment sets is set there. */
export function GeneralTab({ settings }: { settings: Settings | null }) {
  const format = useFormat();
  const { data, error, refetch } = useQuery(statusQuery);
  const days = data?.retention?.days;
  const kept =
    days == null
      ? t`not decided: nothing is removed`
      : days === 0
        ? t`for ever`
        : plural(days, { one: "one day", other: "# days" });
  const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  const week = settings ? format.weekday(Math.max(0, weekdays.indexOf(settings.weekStart)), "long") : "";
  const rows: [string, ReactNode][] = [
    [t`Reporting time zone`, data?.timezone ?? "–"],
    ...(settings ? ([[t`Weeks begin on`, week]] as [string, ReactNode][]) : []),
    [t`Events are kept`, kept],
    ...(settings
      ? ([[t`Privacy`, <Privacy key="privacy" settings={settings} />]] as [string, ReactNode][])
      : []),
    ...(settings?.chatUrl ? ([[t`The chat is at`, settings.chatUrl]] as [string, ReactNode][]) : []),
  ];
  return (
    <>
      <Panel
        title={t`General`}
        answer={{ data, error, retry: () => void refetch() }}
        caption={t`These hold for every page. They come from the environment of the service, and are changed there.`}
      >
        <Facts rows={rows} />
      </Panel>
      {settings?.settings && <SettingsList settings={settings.settings} />}
    </>
  );
}

function Privacy({ settings }: { settings: Settings }) {
  const format = useFormat();
  const { mode, minGroup } = settings.privacy;
  const people = format.exact(minGroup);
  if (mode === "aggregate") return t`Numbers of groups only, of at least ${people} people`;
  if (mode === "pseudonymous") return t`People have pseudonyms instead of names`;
  return t`Answers name people`;
}
