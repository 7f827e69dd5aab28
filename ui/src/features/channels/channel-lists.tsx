import { plural, t } from "@lingui/core/macro";
import { useNavigate } from "@tanstack/react-router";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { RowBars } from "@/components/charts/row-bars";
import { channelTitle } from "@/lib/channel-title";
import { useDrill } from "@/lib/drill";
import { type Search, travelling } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { sharedWith } from "./channel-model";
import type { Channel, Participation, Topics } from "./channel-queries";

/** Rows of a short list. */
const ROWS = 8;

/** Who writes in a channel, and how few of them write half. */
export function WritersCard({ answer }: { answer: Answer<Channel> }) {
  const format = useFormat();
  const [, drill] = useDrill();
  return (
    <Card
      id="writers"
      title={t`Who writes`}
      answer={answer}
      metrics={["messages", "posters"]}
      table="topPeople"
      explore={{ metrics: ["messages"], dimensions: ["user"] }}
      height={280}
      className="lg:col-span-6"
      footnote={t`sorted by messages, not a ranking`}
      content={({ channel, topPeople, meta }) => {
        const all = format.exact(channel.activeMembers);
        const half = channel.writersForHalf ?? 0;
        const caption = plural(half, {
          one: `One of ${all} people writes half of everything.`,
          other: `# of ${all} people write half of everything.`,
        });
        const rows = topPeople.slice(0, ROWS);
        return {
          caption: half > 0 ? caption : undefined,
          empty:
            rows.length === 0
              ? { title: t`Nobody wrote`, text: t`Nothing was written in this time.` }
              : undefined,
          twin: {
            columns: [t`Name`, t`Messages`, t`Share`],
            rows: topPeople.map((row) => [
              row.name ?? row.userId,
              format.exact(row.messageCount),
              row.share == null ? "–" : format.percent(row.share),
            ]),
          },
          body: (
            <RowBars
              series={[t`messages`]}
              caption={caption}
              format={format.exact}
              nameWidth={132}
              rows={rows.map((row) => ({
                key: row.userId,
                name: row.name ?? row.userId,
                values: [row.messageCount],
                ...(row.share != null && { note: format.percent(row.share) }),
              }))}
              onOpen={(place) => {
                const userId = rows[place]?.userId;
                if (!userId) return;
                const own = { channelId: channel.channelId, userId };
                drill({ kind: "messages", from: meta.from, to: meta.to, own });
              }}
            />
          ),
        };
      }}
    />
  );
}

/** What a channel writes about. */
export function TopicsCard({ answer }: { answer: Answer<Topics> }) {
  const format = useFormat();
  return (
    <Card
      id="topics"
      title={t`Topics`}
      answer={answer}
      height={280}
      className="lg:col-span-6"
      footnote={t`private channels and conversations are left out`}
      content={(data) => {
        const [first, second] = data.rows;
        const caption =
          first && second
            ? t`Most of all “${first.name}” and “${second.name}”.`
            : first && t`Most of all “${first.name}”.`;
        return {
          caption,
          empty:
            data.rows.length === 0
              ? {
                  title: t`No topics`,
                  text: t`Private channels and conversations have none, and a topic needs several people.`,
                }
              : undefined,
          twin: {
            columns: [t`Phrase`, t`Messages`, t`People`],
            rows: data.rows.map((row) => [row.name, format.exact(row.count), format.exact(row.users)]),
          },
          body: (
            <RowBars
              series={[t`messages`]}
              caption={caption ?? t`Topics`}
              format={format.exact}
              nameWidth={140}
              rows={data.rows.slice(0, ROWS).map((row) => ({
                key: row.name,
                name: row.name,
                values: [row.count],
                note: plural(row.users, { one: "one person", other: "# people" }),
              }))}
            />
          ),
        };
      }}
    />
  );
}

/** The channels in which the same people write. */
export function SharedCard({
  answer,
  channel,
}: {
  answer: Answer<Participation>;
  channel: Channel | undefined;
}) {
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <Card
      id="shared"
      title={t`Shares people with`}
      answer={answer}
      metrics={["posters"]}
      table="overlap.pairs"
      height={220}
      className="lg:col-span-6"
      footnote={t`people who wrote in both; channels with at least five writers`}
      content={(data) => {
        const id = channel?.channel.channelId ?? "";
        const writers = channel?.channel.activeMembers ?? 0;
        const rows = sharedWith(data.overlap.pairs, id);
        const [first] = rows;
        const sentence = (name: string, both: number) => {
          const [some, all] = [format.exact(both), format.exact(writers)];
          return t`${some} of ${all} people who write here also write in ${name}.`;
        };
        const caption = first && sentence(channelTitle(first.name), first.both);
        return {
          caption,
          empty: first
            ? undefined
            : {
                title: t`Nothing to compare`,
                text: t`Fewer than five people wrote here, or none of them elsewhere.`,
              },
          twin: {
            columns: [t`Channel`, t`People in both`],
            rows: rows.map((row) => [channelTitle(row.name), format.exact(row.both)]),
          },
          body: (
            <RowBars
              series={[t`people`]}
              caption={caption ?? t`Shares people with`}
              format={format.exact}
              nameWidth={132}
              max={Math.max(writers, first?.both ?? 0)}
              rows={rows.slice(0, ROWS).map((row) => ({
                key: row.channelId,
                name: channelTitle(row.name),
                values: [row.both],
              }))}
              onOpen={(place) => {
                const other = rows[place]?.channelId;
                if (!other) return;
                void navigate({
                  to: "/channels/compare",
                  search: ((old: Search) => ({ ...travelling(old), ids: `${id},${other}` })) as never,
                });
              }}
            />
          ),
        };
      }}
    />
  );
}
