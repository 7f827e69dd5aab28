import { plural, t } from "@lingui/core/macro";
import { TriangleAlert } from "lucide-react";
import type { SetupSource } from "@/api/setup";
import { Panel } from "@/components/card/panel";
import { SmallTable } from "@/components/table/small-table";
import { Note } from "@/components/ui/note";
import { Progress } from "@/components/ui/progress";
import { dateIn } from "@/lib/plain-date";
import { roughDuration } from "@/lib/rough-duration";
import { useFormat } from "@/lib/use-format";
import { Command } from "./command";

/** What is read of the chat's database so far, and what is in the way. */
export function Reading({ source }: { source: SetupSource }) {
  const format = useFormat();
  if (!source.isConfigured) return null;
  const rows = source.feeds.reduce((sum, feed) => sum + feed.rows, 0);
  const count = format.exact(rows);
  const feeds = plural(source.feeds.length, { one: "one feed", other: "# feeds" });
  const stages: Record<string, string> = {
    starting: t`It begins.`,
    reading: t`${count} rows of ${feeds} so far. Charts show these days already.`,
    in_step: t`Everything is read, and new rows come as they are written.`,
    failed: t`It does not go on.`,
  };
  const until = (instant: string | null | undefined) =>
    instant ? format.day(dateIn(instant, format.timezone)) : "–";
  const number = (value: number | null | undefined) => (value == null ? "–" : format.exact(value));
  const time = (seconds: number | null | undefined) =>
    seconds == null ? "–" : roughDuration(seconds, format);
  const grants = source.grants ?? [];
  const left = time(source.secondsLeft);
  return (
    <Panel title={t`What is read`} caption={stages[source.stage]}>
      {source.problem && (
        <Note icon={TriangleAlert} look="warn" className="mb-3">
          {source.problem}
        </Note>
      )}
      {grants.length > 0 && (
        <div className="mb-3">
          <p className="text-muted mb-2">{t`As the owner of the database, run this; the reading goes on by itself then.`}</p>
          <Command label={t`What the role lacks`}>{`${grants.join(";\n")};`}</Command>
        </div>
      )}
      {source.percent != null && (
        <div className="mb-3 flex flex-col gap-2">
          <Progress label={t`Reading the chat's history`} percent={source.percent} />
          <p className="text-muted">
            {format.percent(source.percent, false, 0)}
            {source.secondsLeft != null && ` · ${t`about ${left} left`}`}
          </p>
        </div>
      )}
      {source.missing.length > 0 && (
        <p className="text-muted mb-3 text-xs">{t`The installation lacks: ${source.missing.join(", ")}`}</p>
      )}
      {source.feeds.length > 0 && (
        <SmallTable
          label={t`Feeds`}
          rows={source.feeds}
          rowKey={(feed) => feed.feed}
          columns={[
            { name: t`Feed`, cell: (feed) => feed.feed },
            { name: t`Rows since the start`, isNumber: true, cell: (feed) => format.exact(feed.rows) },
            { name: t`Of about`, isNumber: true, isWide: true, cell: (feed) => number(feed.total) },
            {
              name: t`Rows a second`,
              isNumber: true,
              isWide: true,
              cell: (feed) => number(feed.rowsPerSecond),
            },
            { name: t`Left`, isNumber: true, isWide: true, cell: (feed) => time(feed.secondsLeft) },
            { name: t`Read until`, isNumber: true, cell: (feed) => until(feed.readUntil) },
          ]}
        />
      )}
    </Panel>
  );
}
