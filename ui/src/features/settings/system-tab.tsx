import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { statusQuery } from "@/api/status";
import { Panel } from "@/components/card/panel";
import { ShareBars } from "@/components/drill/share-bars";
import { writeBytes } from "@/lib/bytes";
import { useKindName } from "@/lib/kinds";
import { dateIn } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { Facts } from "./general-tab";

/** Version, what the store holds, and of which kinds. */
export function SystemTab() {
  const format = useFormat();
  const kindName = useKindName();
  const { data, error, refetch } = useQuery(statusQuery);
  const answer = { data, error, retry: () => void refetch() };
  const day = (instant: string | null | undefined) =>
    instant ? `${format.day(dateIn(instant, format.timezone))} ${format.time(instant)}` : "–";
  const kinds = Object.entries(data?.eventTypes ?? {}).sort(([, one], [, other]) => other - one);
  const events = format.exact(data?.events ?? 0);
  const of = plural(kinds.length, { one: "one kind", other: "# kinds" });
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <Panel title={t`Service`} answer={answer} caption={t`What runs here, and what its store holds.`}>
        {data && (
          <Facts
            rows={[
              [t`Version`, data.version],
              [t`Workspace`, data.workspaceId],
              [t`First event`, day(data.firstEvent)],
              [t`Last event`, day(data.lastEvent)],
              [t`People and bots`, `${format.exact(data.people)} + ${format.exact(data.bots)}`],
              [t`Channels`, format.exact(data.channels)],
              [t`Threads`, format.exact(data.threads)],
              [t`Bytes on disk`, data.bytes == null ? "–" : writeBytes(format.locale, data.bytes)],
              [t`Refused events`, format.exact(data.deadLetters)],
            ]}
          />
        )}
      </Panel>
      <Panel title={t`Events by kind`} answer={answer} caption={t`${events} events of ${of}.`}>
        <ShareBars
          label={t`Events by kind`}
          rows={kinds.map(([kind, value]) => ({ key: kind, name: kindName(kind), value }))}
        />
      </Panel>
    </div>
  );
}
