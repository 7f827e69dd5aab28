import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { Meta } from "@/api/meta";
import { PageLede } from "@/components/layout/page-lede";
import { PageLink } from "@/components/layout/page-link";
import { Badge } from "@/components/ui/badge";
import { roughDuration } from "@/lib/rough-duration";
import { useFormat } from "@/lib/use-format";
import { outburstOf } from "./channel-model";
import type { ChannelDetail } from "./channel-queries";
import type { ResponseTimes } from "./queries";
import { kindNames, StateBadge } from "./state-badge";

/** What a channel is: kind, members, owner, since when, and when it was last written in. */
export function ChannelFacts({ channel, meta }: { channel: ChannelDetail; meta: Meta }) {
  const format = useFormat();
  const since = channel.createdAt ?? channel.firstSeen;
  const day = since && format.shortDay(since);
  const last = channel.lastActivity && format.last(channel.lastActivity, meta.asOf);
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="flex gap-1.5">
        {channel.kind && <Badge look="primary">{kindNames()[channel.kind] ?? channel.kind}</Badge>}
        <StateBadge row={channel} />
      </span>
      {channel.memberCount != null && (
        <span>{plural(channel.memberCount, { one: "one member", other: "# members" })}</span>
      )}
      {channel.owner && (
        <span>
          {t`owner`}{" "}
          <PageLink
            to="/users/$id"
            params={{ id: channel.owner }}
            className="text-foreground hover:underline"
          >
            {channel.ownerName ?? channel.owner}
          </PageLink>
          {channel.isDeactivatedOwner && <> ({t`deactivated`})</>}
        </span>
      )}
      {day && <span>{t`since ${day}`}</span>}
      {last && <span>{t`last message ${last}`}</span>}
    </span>
  );
}

/** How a channel was in the span, in a sentence. */
export function ChannelLede(props: {
  channel: ChannelDetail;
  responses: ResponseTimes | undefined;
  meta: Meta;
  /** Whether buckets are days, of which one may stand out. */
  isDaily: boolean;
}) {
  const { channel, responses, meta, isDaily } = props;
  const format = useFormat();
  const burst = isDaily ? outburstOf(channel.series) : undefined;
  const all = format.figure(channel.messageCount);
  const seconds = responses?.summary.p50Seconds.current;
  const reply = seconds == null ? undefined : roughDuration(seconds, format);
  const unanswered = responses?.answered.unanswered;
  const writers = plural(channel.activeMembers, { one: "one person", other: "# people" });
  const [count, day] = burst ? [format.figure(burst.count), format.day(burst.date)] : [];
  return (
    <PageLede meta={meta}>
      {burst ? (
        <Trans>
          <b>
            {count} of {all} messages
          </b>{" "}
          came on {day}.
        </Trans>
      ) : (
        <Trans>
          <b>{all} messages</b> by {writers}.
        </Trans>
      )}{" "}
      {reply && (
        <Trans>
          Half of the replies come within <b>{reply}</b>
        </Trans>
      )}
      {reply &&
        unanswered !== undefined &&
        `; ${
          unanswered === 0
            ? t`nothing waits longer than a day`
            : plural(unanswered, {
                one: "one message waits longer than a day",
                other: "# messages wait longer than a day",
              })
        }`}
      {reply && "."}
    </PageLede>
  );
}
