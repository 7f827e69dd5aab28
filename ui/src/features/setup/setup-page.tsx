import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Compass, FolderInput, type LucideIcon, Plug, Send, Sparkles } from "lucide-react";
import type { ReactNode } from "react";
import { type SetupSource, setupQuery } from "@/api/setup";
import { statusQuery } from "@/api/status";
import { CardSkeleton, FailedState } from "@/components/card/states";
import { PageHead } from "@/components/layout/page-head";
import { PageLink } from "@/components/layout/page-link";
import { useCanChange } from "@/components/session/use-can-change";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { dateIn } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { Command } from "./command";
import { ImportHistory } from "./import-history";
import { COMMANDS, sendCommand, setupState } from "./model";
import { Reading } from "./reading";

const POLL_MS = 5_000;

/** The first run: where events come from, as commands to type; what arrives is shown at once. */
export function SetupPage() {
  const canChange = useCanChange();
  const { data, error, refetch } = useQuery({ ...statusQuery, refetchInterval: POLL_MS });
  const source = useQuery(setupQuery).data?.source;
  return (
    <>
      <PageHead title={t`First run`} icon={Compass}>
        <PageLink to="/" className={`${buttonClass()} ms-auto`}>
          {t`Show me the pages`}
        </PageLink>
      </PageHead>
      {data ? (
        <Lead events={data.events} first={data.firstEvent} last={data.lastEvent} state={setupState(data)} />
      ) : error ? (
        <FailedState title={t`First run`} error={error} onRetry={() => void refetch()} />
      ) : (
        <CardSkeleton height={80} />
      )}
      {source && <Reading source={source} />}
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <Door
          icon={Plug}
          title={t`Connect nChat`}
          badge={t`Recommended`}
          text={t`Reads the chat's own database and keeps in step with it: all history, then what is new. It is only read.`}
        >
          <Connected source={source} />
          {!source?.isConfigured && <Command label={t`Start with the database`}>{COMMANDS.connect}</Command>}
          <p className="text-muted">{t`The role has to read the tables. Run this once as the owner of the database; then “nchat-analytics doctor” says whether anything is missing.`}</p>
          <Command label={t`Rights of the role`}>{COMMANDS.rights}</Command>
        </Door>
        <Door
          icon={FolderInput}
          title={t`Import a history`}
          text={t`A Slack export as zip or folder, or NDJSON. It may be broken off and repeated: what is stored is passed over.`}
        >
          {canChange && <ImportHistory />}
          {canChange && <p className="text-muted">{t`Or by a command, where the file lies on a server:`}</p>}
          <Command label={t`Import a Slack export`}>{COMMANDS.slack}</Command>
          <Command label={t`Import NDJSON`}>{COMMANDS.ndjson}</Command>
        </Door>
        <Door
          icon={Send}
          title={t`Send events`}
          text={t`From a server or a web page of yours. It takes a key that sends: “nchat-analytics key create --name website --access write”.`}
        >
          <Command label={t`Send one event`}>{sendCommand(window.location.origin)}</Command>
        </Door>
        <Door
          icon={Sparkles}
          title={t`Look at demo data`}
          text={t`A year of a made-up chat of 60 people, in a folder of its own. Delete the folder, and it is gone.`}
        >
          <Command label={t`Start with demo data`}>{COMMANDS.demo}</Command>
        </Door>
      </div>
    </>
  );
}

/** Whether a database is set, for those who may know. */
function Connected({ source }: { source: SetupSource | null | undefined }) {
  if (!source) return null;
  const { variable } = source;
  const text = source.isConfigured
    ? t`The database of the chat is set (${variable}).`
    : t`No database of the chat is set: start the service with ${variable}, or with DATABASE_URL.`;
  return (
    <p className="flex items-center gap-2 font-medium">
      <CircleCheck
        aria-hidden="true"
        className={`size-4 shrink-0 ${source.isConfigured ? "text-good" : "hidden"}`}
      />
      {text}
    </p>
  );
}

interface LeadProps {
  events: number;
  first: string | null | undefined;
  last: string | null | undefined;
  state: ReturnType<typeof setupState>;
}

/** The answer first: whether there is anything yet. */
function Lead({ events, first, last, state }: LeadProps) {
  const format = useFormat();
  const count = format.exact(events);
  const day = (instant: string) => format.day(dateIn(instant, format.timezone));
  const [from, to] = [first ? day(first) : "", last ? day(last) : ""];
  const sentence = {
    empty: t`Choose one of these ways. This page looks every few seconds whether something has arrived.`,
    reading: t`The chat's history is being read. Leaving this page is fine.`,
    failed: t`The chat's database could not be read.`,
    here: from && to ? t`${count} events are here, from ${from} to ${to}.` : t`${count} events are here.`,
  }[state];
  return (
    <p role="status" className="text-muted max-w-[68ch] text-xl/8 tracking-tight text-pretty">
      {state === "empty" && (
        <b className="text-foreground font-semibold">{t`Where should the events come from?`} </b>
      )}
      {sentence}
    </p>
  );
}

interface DoorProps {
  icon: LucideIcon;
  title: string;
  badge?: string;
  text: string;
  children: ReactNode;
}

/** One way in which events arrive. */
function Door({ icon: Icon, title, badge, text, children }: DoorProps) {
  return (
    <section
      aria-label={title}
      className="border-border bg-card rounded-card flex min-w-0 flex-col gap-3 border p-4 shadow-xs sm:p-6 dark:shadow-none"
    >
      <span className="bg-primary-soft text-primary grid size-10 place-items-center rounded-lg">
        <Icon aria-hidden="true" className="size-5" />
      </span>
      <h2 className="mt-1 flex items-center gap-2 text-base font-semibold tracking-tight">
        {title} {badge && <Badge look="primary">{badge}</Badge>}
      </h2>
      <p className="text-muted">{text}</p>
      {children}
    </section>
  );
}
