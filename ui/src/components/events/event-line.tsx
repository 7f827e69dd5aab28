import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import type { EventRow } from "@/api/event";
import { ChannelLink } from "@/components/links/channel-link";
import { PersonLink } from "@/components/links/person-link";
import { useKindName } from "@/lib/kinds";
import { useFormat } from "@/lib/use-format";
import { EventIcon } from "./event-icon";

/** What somebody did, before "in #general". */
const DEEDS: Record<string, MessageDescriptor> = {
  message_sent: msg`wrote`,
  thread_reply: msg`replied in a thread`,
  thread_started: msg`opened a thread`,
  reaction_added: msg`reacted`,
  reaction_removed: msg`took a reaction back`,
  message_edited: msg`edited a message`,
  message_deleted: msg`deleted a message`,
  message_pinned: msg`pinned a message`,
  message_read: msg({ message: "read", context: "what somebody did" }),
  file_shared: msg`shared a file`,
  file_downloaded: msg`downloaded a file`,
  call_started: msg`started a call`,
  call_ended: msg`ended a call`,
  call_joined: msg`joined a call`,
  channel_created: msg`made the channel`,
  channel_joined: msg`joined`,
  channel_left: msg`left`,
  user_signed_up: msg`signed up`,
  sign_in: msg`signed in`,
  sign_in_failed: msg`was refused at signing in`,
  presence: msg`was online`,
  session_start: msg`began a session`,
  page_view: msg`opened a page`,
  search_performed: msg`searched`,
};

/** An event as a line: who did what, where, and when. */
export function EventLine({ event, time }: { event: EventRow; time?: string }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const kindName = useKindName();
  const deed = DEEDS[event.eventType];
  const who = event.userId ? <PersonLink id={event.userId} name={event.userName} /> : <Trans>Somebody</Trans>;
  return (
    <div className="flex min-h-9 items-center gap-3 py-1">
      <EventIcon kind={event.eventType} />
      <p className="text-muted min-w-0 flex-1">
        {who} {deed ? i18n._(deed) : kindName(event.eventType, event.messageType)}
        {event.channelId && (
          <>
            {" "}
            <Trans>
              in <ChannelLink id={event.channelId} name={event.channelName} />
            </Trans>
          </>
        )}
      </p>
      <time dateTime={event.timestamp} className="text-muted shrink-0 text-xs">
        {time ?? format.time(event.timestamp)}
      </time>
    </div>
  );
}
