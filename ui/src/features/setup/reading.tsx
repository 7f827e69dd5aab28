import { plural, t } from "@lingui/core/macro";
import { TriangleAlert } from "lucide-react";
import type { Status } from "@/api/status";
import { Panel } from "@/components/card/panel";
import { SmallTable } from "@/components/table/small-table";
import { Note } from "@/components/ui/note";
import { dateIn } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";

/** What is read of the chat's database so far, and what is in the way. */
export function Reading({ status }: { status: Status }) {
  const format = useFormat();
  const { source } = status;
  if (!source || source.stage === "off") return null;
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
  return (
    <Panel title={t`What is read`} caption={stages[source.stage]}>
      {source.problem && (
        <Note icon={TriangleAlert} look="warn" className="mb-3">
          {source.problem}
        </Note>
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
            { name: t`Read until`, isNumber: true, cell: (feed) => until(feed.readUntil) },
          ]}
        />
      )}
    </Panel>
  );
}
