import { t } from "@lingui/core/macro";
import { Download } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { writeBytes } from "@/lib/bytes";
import { useFormat } from "@/lib/use-format";
import { fileOf, type ReportRun, runsQuery } from "./queries";
import { useReportWords } from "./use-report-words";

/** When a report was made, what became of it, and the files. */
export function ReportRuns({ id }: { id: string }) {
  const answer = useAnswer(runsQuery(id));
  if (answer.error)
    return (
      <p role="alert" className="text-bad text-xs">
        {answer.error.message}
      </p>
    );
  const runs = answer.data?.runs;
  if (!runs) return null;
  if (runs.length === 0) return <p className="text-muted text-xs">{t`It was not made yet.`}</p>;
  return (
    <ul aria-label={t`Runs`} className="bg-subtle rounded-control divide-border divide-y px-3">
      {runs.map((run) => (
        <RunItem key={run.id} id={id} run={run} />
      ))}
    </ul>
  );
}

function RunItem({ id, run }: { id: string; run: ReportRun }) {
  const format = useFormat();
  const words = useReportWords();
  const took = run.durationMs == null ? undefined : format.duration(run.durationMs / 1_000);
  const size = run.fileBytes == null ? undefined : writeBytes(format.locale, run.fileBytes);
  const facts = [
    run.cause === "test" ? t`test` : undefined,
    run.late ? t`late` : undefined,
    took,
    run.recipientCount > 0 ? t`sent to ${run.sent} of ${run.recipientCount}` : undefined,
  ];
  const at = `${format.day(format.dateOf(run.startedAt))} ${format.time(run.startedAt)}`;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-xs">
      <span className="tabular-nums">{at}</span>
      <Badge look={run.outcome === "failed" ? "bad" : run.outcome === "running" ? "plain" : "good"}>
        {words.outcomes[run.outcome] ?? run.outcome}
      </Badge>
      <span className="text-muted">{facts.filter(Boolean).join(" · ")}</span>
      {run.reason && <span className="text-muted basis-full">{run.reason}</span>}
      {size && (
        <a
          className={buttonClass("ghost", "small")}
          href={fileOf(id, run.id)}
          download=""
          aria-label={t`Download the file of ${at}`}
        >
          <Download aria-hidden="true" />
          {[words.formats[run.format] ?? run.format, size].join(" · ")}
        </a>
      )}
    </li>
  );
}
