import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { type Status, statusQuery } from "@/api/status";
import { Panel } from "@/components/card/panel";
import { SmallTable } from "@/components/table/small-table";
import { Note } from "@/components/ui/note";
import { ago } from "@/lib/format";
import { useFormat } from "@/lib/use-format";

const POLL_MS = 30_000;

/** How the reading of the chat's own database goes. */
export function SourcePanel() {
  const format = useFormat();
  const status = useQuery({ ...statusQuery, refetchInterval: POLL_MS });
  const { data, error, refetch } = status;
  const source = data?.source;
  const since = (instant: string | null | undefined) =>
    instant ? ago(format.locale, (Date.now() - Date.parse(instant)) / 1_000) : "–";
  return (
    <Panel
      title={t`Source`}
      answer={{ data, error, retry: () => void refetch() }}
      caption={source && <SourceSentence source={source} />}
      className="lg:col-span-6"
      height={80}
    >
      {source?.problem && (
        <Note icon={TriangleAlert} look="warn">
          {source.problem}
        </Note>
      )}
      {source && source.missing.length > 0 && (
        <p className="text-muted mt-2 text-xs">{t`The installation lacks: ${source.missing.join(", ")}`}</p>
      )}
      {source && source.feeds.length > 0 && (
        <SmallTable
          label={t`Feeds`}
          rows={source.feeds}
          rowKey={(feed) => feed.feed}
          columns={[
            { name: t`Feed`, cell: (feed) => feed.feed },
            { name: t`Rows since the start`, isNumber: true, cell: (feed) => format.exact(feed.rows) },
            { name: t`Last rows`, isNumber: true, isWide: true, cell: (feed) => since(feed.lastRowsAt) },
            { name: t`Read until`, isNumber: true, cell: (feed) => since(feed.readUntil) },
          ]}
        />
      )}
      {data && (
        <p className="text-muted mt-3">
          {data.lastEvent ? t`The last event happened ${since(data.lastEvent)}.` : t`No event has come yet.`}
        </p>
      )}
    </Panel>
  );
}

function SourceSentence({ source }: { source: NonNullable<Status["source"]> }) {
  const format = useFormat();
  const feeds = plural(source.feeds.length, { one: "one feed", other: "# feeds" });
  if (source.stage === "off") return t`The chat's database is not read; events come by the API or an import.`;
  const lag = source.lagSeconds == null ? "" : format.duration(source.lagSeconds);
  return lag
    ? t`${feeds} of the chat's database; the last whole round ended ${lag} ago.`
    : t`${feeds} of the chat's database: ${source.stage}.`;
}
