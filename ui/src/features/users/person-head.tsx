import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { PageLede } from "@/components/layout/page-lede";
import { PageLink } from "@/components/layout/page-link";
import { Badge } from "@/components/ui/badge";
import { channelTitle } from "@/lib/channel-title";
import { useFormat } from "@/lib/use-format";
import { lifecycleNames, roleNames } from "./people-columns";
import type { PersonAnswer } from "./person-queries";

/** Who a person is: role, since when, last seen. */
export function PersonFacts({ data }: { data: PersonAnswer }) {
  const format = useFormat();
  const { user, isBot, meta } = data;
  const joined = user.signedUpAt ? format.shortDay(user.signedUpAt) : undefined;
  const last = user.lastActive ? format.last(user.lastActive, meta.asOf) : undefined;
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="flex gap-1.5">
        {user.role && <Badge look="primary">{roleNames()[user.role] ?? user.role}</Badge>}
        {isBot && <Badge>{t`bot`}</Badge>}
        {user.isDeactivated && <Badge>{t`deactivated`}</Badge>}
        {user.lifecycle && <Badge>{lifecycleNames()[user.lifecycle] ?? user.lifecycle}</Badge>}
      </span>
      {joined && <span>{t`joined ${joined}`}</span>}
      {last && <span>{t`last active ${last}`}</span>}
      {user.email && <span>{user.email}</span>}
    </span>
  );
}

/** What a person did in the span, in a sentence. */
export function PersonLede({ data }: { data: PersonAnswer }) {
  const format = useFormat();
  const { user, channels, meta } = data;
  const messages = format.figure(user.messageCount);
  const days = plural(user.daysActive, { one: "one day", other: "# days" });
  const [first] = channels;
  return (
    <PageLede meta={meta}>
      {user.messageCount === 0 ? (
        t`Wrote nothing in this time.`
      ) : (
        <Trans>
          <b>{messages} messages</b> on {days}.
        </Trans>
      )}{" "}
      {first && (
        <Trans>
          Most of them in{" "}
          <PageLink to="/channels/$id" params={{ id: first.channelId }}>
            <b>{channelTitle(first.name)}</b>
          </PageLink>
          .
        </Trans>
      )}
    </PageLede>
  );
}
