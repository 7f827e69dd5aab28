import { plural, t } from "@lingui/core/macro";
import { type ReactNode, useRef } from "react";
import { type Answer, useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Change } from "@/components/card/change";
import { PageLink } from "@/components/layout/page-link";
import { pageOf } from "@/components/layout/pages";
import { ChannelLink } from "@/components/links/channel-link";
import { PersonLink } from "@/components/links/person-link";
import { Meter } from "@/components/table/meter";
import { type Column, SmallTable } from "@/components/table/small-table";
import { channelTitle } from "@/lib/channel-title";
import type { Scope } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { useIsInView } from "@/lib/use-in-view";
import { type Channels, overviewQueries, type People, ROWS } from "./queries";

/** The channels with the most messages. */
export function ChannelsCard({ answer }: { answer: Answer<Channels> }) {
  const format = useFormat();
  type Row = Channels["channels"][number];
  const columns = (asOf: string): Column<Row>[] => [
    { name: t`Channel`, cell: (row) => <ChannelLink id={row.channelId} name={row.name} /> },
    { name: t`Messages`, isNumber: true, cell: (row) => format.exact(row.messageCount) },
    {
      name: t`Change`,
      isNumber: true,
      cell: (row) => (
        <Change percent={row.previousMessageCount == null ? undefined : (row.growthPercent ?? null)} />
      ),
    },
    {
      name: t`Share`,
      isNumber: true,
      isWide: true,
      cell: (row) =>
        row.share == null ? "–" : <Metered percent={row.share}>{format.percent(row.share)}</Metered>,
    },
    {
      name: t`Last`,
      isNumber: true,
      cell: (row) => <Small>{row.lastActivity ? format.last(row.lastActivity, asOf) : "–"}</Small>,
    },
  ];
  const sentence = ({ distribution, channels }: Channels) => {
    const half = distribution.channelsForHalf;
    if (half == null) return undefined;
    const names = channels.slice(0, half).map((row) => channelTitle(row.name));
    const count = format.exact(half);
    if (half > 2) return t`${count} channels hold half of all messages.`;
    const named = names.join(t` and `);
    return plural(half, {
      one: `${named} holds half of all messages.`,
      other: `${named} hold half of all messages.`,
    });
  };
  return (
    <Card
      id="channels"
      title={t`Top channels`}
      answer={answer}
      metrics={["messages"]}
      table="channels"
      explore={{ metrics: ["messages"], dimensions: ["channel"] }}
      height={360}
      className="lg:col-span-6"
      content={(data) => ({
        caption: sentence(data),
        empty: data.channels.length === 0 ? { title: t`No channels yet` } : undefined,
        body: (
          <>
            <SmallTable
              label={t`Top channels`}
              columns={columns(data.meta.asOf)}
              rows={data.channels.slice(0, ROWS)}
              rowKey={(row) => row.channelId}
            />
            {pageOf("/channels") && (
              <AllLink to="/channels">
                {plural(data.total, { one: "The one channel", other: "All # channels" })}
              </AllLink>
            )}
          </>
        ),
      })}
    />
  );
}

export interface PeopleCardProps {
  scope: Scope;
  /** Whether what stands above is there. */
  isPlaced: boolean;
}

/** The people with the highest engagement, asked for when they come into sight. */
export function PeopleCard({ scope, isPlaced }: PeopleCardProps) {
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const answer = useAnswer(overviewQueries.people(scope), useIsInView(place, { ahead: 0, isPlaced }));
  type Row = People["users"][number];
  const columns = (asOf: string): Column<Row>[] => [
    { name: t`Name`, cell: (row) => <PersonLink id={row.userId} name={row.displayName} /> },
    { name: t`Messages`, isNumber: true, cell: (row) => format.exact(row.messageCount) },
    { name: t`Channels`, isNumber: true, isWide: true, cell: (row) => format.exact(row.channelsActive) },
    {
      name: t`Score`,
      isNumber: true,
      cell: (row) => <Metered percent={row.engagementScore}>{format.exact(row.engagementScore)}</Metered>,
    },
    {
      name: t`Last`,
      isNumber: true,
      cell: (row) => <Small>{row.lastActive ? format.last(row.lastActive, asOf) : "–"}</Small>,
    },
  ];
  const sentence = ({ activeUsers, totalUsers, levels }: People["summary"]) => {
    const [active, total] = [format.exact(activeUsers), format.exact(totalUsers)];
    const high = format.exact(levels.high);
    const medium = format.exact(levels.medium);
    const low = format.exact(levels.low);
    return t`${active} of ${total} were active; ${high} score high, ${medium} medium, ${low} low.`;
  };
  return (
    <div ref={place} className="flex flex-col lg:col-span-6">
      <Card
        id="people"
        title={t`Most active people`}
        answer={answer}
        metrics={["engagementRaw"]}
        table="users"
        height={360}
        className="flex-1"
        content={(data) => ({
          caption: sentence(data.summary),
          empty: data.users.length === 0 ? { title: t`Nobody was active in this time` } : undefined,
          body: (
            <>
              <SmallTable
                label={t`Most active people`}
                columns={columns(data.meta.asOf)}
                rows={data.users}
                rowKey={(row) => row.userId}
              />
              {pageOf("/users") && (
                <AllLink to="/users">
                  {plural(data.total, { one: "The one person", other: "All # people" })}
                </AllLink>
              )}
            </>
          ),
        })}
      />
    </div>
  );
}

/** A bar before its number; on a phone only the number. */
function Metered({ percent, children }: { percent: number; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span className="max-sm:hidden">
        <Meter percent={percent} />
      </span>
      <span className="text-muted min-w-10 text-xs">{children}</span>
    </span>
  );
}

function Small({ children }: { children: ReactNode }) {
  return <span className="text-muted text-xs">{children}</span>;
}

function AllLink({ to, children }: { to: "/channels" | "/users"; children: ReactNode }) {
  return (
    <p className="border-border border-t pt-3">
      <PageLink to={to} className="text-primary font-medium hover:underline">
        {children}
      </PageLink>
    </p>
  );
}
