import { plural, t } from "@lingui/core/macro";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Import, ImportChoices } from "@/api/imports";
import { PageLink } from "@/components/layout/page-link";
import { Button, buttonClass } from "@/components/ui/button";
import { Note } from "@/components/ui/note";
import { Progress } from "@/components/ui/progress";
import { Switch } from "@/components/ui/switch";
import { dateIn } from "@/lib/plain-date";
import { roughDuration } from "@/lib/rough-duration";
import { useFormat } from "@/lib/use-format";
import { Findings } from "./findings";
import { percentOf } from "./import-model";

/** An import that goes on by itself. */
export function Running({ shown, onCancel }: { shown: Import; onCancel: () => void }) {
  const format = useFormat();
  const percent = percentOf(shown);
  const events = format.exact((shown.result?.stored ?? 0) + (shown.result?.known ?? 0));
  const counted = format.exact(shown.found.events);
  const { name } = shown;
  const sentences: Record<string, string> = {
    receiving: t`“${name}” is uploaded. Stay on this page until it has arrived.`,
    counting: t`“${name}” is read, and nothing is stored yet: ${counted} events so far.`,
    importing: t`“${name}” is stored: ${events} of ${counted} events so far. Leaving this page is fine.`,
  };
  const left = shown.secondsLeft == null ? undefined : roughDuration(shown.secondsLeft, format);
  return (
    <div className="flex flex-col gap-3">
      <p>{sentences[shown.state]}</p>
      <Progress label={name} percent={percent} />
      <div className="text-muted flex items-center justify-between gap-2">
        <span>
          {percent !== undefined && format.percent(Math.floor(percent), false, 0)}
          {left && ` · ${t`about ${left} left`}`}
        </span>
        <Button size="small" onClick={onCancel}>
          {t`Cancel`}
        </Button>
      </div>
    </div>
  );
}

export interface CountedProps {
  shown: Import;
  isStarting: boolean;
  onStart: (choices: ImportChoices) => void;
  onCancel: () => void;
}

/** What is in an upload, and the question whether to store it. */
export function Counted({ shown, isStarting, onStart, onCancel }: CountedProps) {
  const format = useFormat();
  const { found, kind, name } = shown;
  const [skipsOld, setSkipsOld] = useState(false);
  const [isUnknownConfidential, setUnknownConfidential] = useState(false);
  const day = (instant: string) => format.day(dateIn(instant, format.timezone));
  const people = plural(found.people, { one: "one person", other: "# people" });
  const channels = plural(found.channels, { one: "one channel", other: "# channels" });
  const events = plural(found.events, { one: "one event", other: "# events" });
  const [from, to] = [found.first ? day(found.first) : "", found.last ? day(found.last) : ""];
  const records = t`“${name}” names ${people} and ${channels}.`;
  const sentence = found.events > 0 ? t`“${name}” holds ${events}, from ${from} to ${to}.` : "";
  return (
    <div className="flex flex-col gap-3">
      <p>{[sentence, found.people + found.channels > 0 && records].filter(Boolean).join(" ")}</p>
      <p className="text-muted">{t`Nothing is stored yet. What is here already counts once.`}</p>
      <Findings findings={found.findings} />
      {found.tooOld > 0 && (
        <Switch
          label={t`Leave out what is too old`}
          hint={plural(found.tooOld, {
            one: "One event is older than what is kept (ANALYTICS_RETENTION_DAYS).",
            other: "# events are older than what is kept (ANALYTICS_RETENTION_DAYS).",
          })}
          isOn={skipsOld}
          onChange={setSkipsOld}
        />
      )}
      {kind === "ndjson" && found.unknownChannels > 0 && (
        <Switch
          label={t`Take channels of unknown kind for confidential`}
          hint={plural(found.unknownChannels, {
            one: "Nothing says who may see one channel. Its texts give hashtags, links and topics otherwise.",
            other:
              "Nothing says who may see # channels. Their texts give hashtags, links and topics otherwise.",
          })}
          isOn={isUnknownConfidential}
          onChange={setUnknownConfidential}
        />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t`Discard`}</Button>
        <Button
          look="primary"
          disabled={isStarting || (found.tooOld > 0 && !skipsOld)}
          onClick={() => onStart({ skipsOld, isUnknownConfidential })}
        >
          {t`Import`}
        </Button>
      </div>
    </div>
  );
}

/** What became of an import. */
export function Ended({ shown, onAgain }: { shown: Import; onAgain: () => void }) {
  const format = useFormat();
  const { name, problem, result } = shown;
  const stored = format.exact(result?.stored ?? 0);
  const known = format.exact(result?.known ?? 0);
  const records = format.exact(result?.records ?? 0);
  const isDone = shown.state === "done";
  return (
    <div className="flex flex-col gap-3">
      <Note icon={isDone ? CircleCheck : TriangleAlert} look={isDone ? "info" : "bad"} role="status">
        {isDone
          ? t`“${name}” is imported: ${stored} events are new, ${known} were here before; ${records} people and channels have news.`
          : (problem ?? t`“${name}” could not be imported; the log of the service has more.`)}
      </Note>
      {result && <Findings findings={result.findings} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onAgain}>{isDone ? t`Import another file` : t`Try again`}</Button>
        {isDone && (
          <PageLink to="/" view={{}} className={buttonClass("primary")}>
            {t`Show me the pages`}
          </PageLink>
        )}
      </div>
    </div>
  );
}
