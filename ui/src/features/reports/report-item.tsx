import { plural, t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { ConfirmButton } from "@/components/ui/confirm-button";
import { useToast } from "@/components/ui/toast";
import { useFormat } from "@/lib/use-format";
import { deleteReport, previewOf, type Report, setStatus } from "./queries";
import { ReportRuns } from "./report-runs";
import { SendTest } from "./send-test";
import { useReportWords } from "./use-report-words";

export interface ReportItemProps {
  report: Report;
  zone: string;
  canChange: boolean;
}

const LOOKS = { active: "good", paused: "warn" } as const;

/** A report: what it holds, when it is made next, and what was made of it. */
export function ReportItem({ report, zone, canChange }: ReportItemProps) {
  const format = useFormat();
  const words = useReportWords();
  const toast = useToast();
  const queries = useQueryClient();
  const [showsRuns, setShowsRuns] = useState(false);
  const isActive = report.status === "active";
  const changing = useMutation({
    mutationFn: () => setStatus(report, isActive ? "paused" : "active"),
    onSuccess: () => {
      toast(isActive ? t`Report paused` : t`Report activated`);
      void queries.invalidateQueries();
    },
    onError: (error) => toast(error.message),
  });
  const period = words.periods[report.period] ?? report.period;
  const when = words.schedule(report.schedule);
  const moment = (at: string) => `${format.day(format.dateOf(at))} ${format.time(at)}`;
  const next = report.nextRuns.map(moment).join(", ");
  const last = report.lastRunAt && moment(report.lastRunAt);
  const look = LOOKS[report.status as keyof typeof LOOKS] ?? "plain";
  return (
    <li className="flex flex-col gap-2 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            {report.name} <Badge look={look}>{words.states[report.status] ?? report.status}</Badge>
          </p>
          <p>{report.metrics.map((metric) => words.contents[metric] ?? metric).join(", ")}</p>
          <p className="text-muted text-xs">
            {[period, words.formats[report.format] ?? report.format, when, zone].join(" · ")}
          </p>
          <p className="text-muted text-xs">
            {report.recipients?.join(", ") ||
              plural(report.recipientCount, {
                0: "To nobody",
                one: "To one address",
                other: "To # addresses",
              })}
            {last && ` · ${t`last made ${last}`}`}
          </p>
          {next && <p className="text-xs">{t`Next: ${next}`}</p>}
          {report.pausedBecause && <p className="text-bad text-xs">{report.pausedBecause}</p>}
        </div>
        <div className="flex flex-wrap items-center gap-1">
          <a
            className={buttonClass("ghost", "small")}
            href={previewOf(report.id)}
            target="_blank"
            rel="noreferrer"
          >
            {t`Preview`}
          </a>
          <Button
            size="small"
            look="ghost"
            aria-expanded={showsRuns}
            onClick={() => setShowsRuns(!showsRuns)}
          >
            {t`Runs`}
          </Button>
          {canChange && (
            <>
              <SendTest report={report} onSent={() => setShowsRuns(true)} />
              {/* Whoever does not see the addresses would replace them with none. */}
              {report.schedule && report.recipients && (
                <Button
                  size="small"
                  look="ghost"
                  disabled={changing.isPending}
                  onClick={() => changing.mutate()}
                >
                  {isActive ? t`Pause` : t`Activate`}
                </Button>
              )}
              <ConfirmButton
                verb={t`Delete`}
                title={t`Delete ${report.name}`}
                consequence={t`The report, its runs and their files are deleted.`}
                done={t`Report deleted`}
                onConfirm={() => deleteReport(report.id)}
              />
            </>
          )}
        </div>
      </div>
      {showsRuns && <ReportRuns id={report.id} />}
    </li>
  );
}
