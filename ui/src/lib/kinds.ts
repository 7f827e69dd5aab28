import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";

/** Kinds of events, each in a word or two. */
const KINDS: Record<string, MessageDescriptor> = {
  message_sent: msg`message`,
  thread_reply: msg`reply`,
  message_edited: msg`edit`,
  message_deleted: msg`deletion`,
  reaction_added: msg`reaction`,
  reaction_removed: msg`reaction taken back`,
  file_shared: msg`file`,
  file_downloaded: msg`download`,
  thread_started: msg`thread`,
  mention_used: msg`mention`,
  message_pinned: msg`pin`,
  message_read: msg`read`,
  channel_created: msg`channel made`,
  channel_joined: msg`joined a channel`,
  channel_left: msg`left a channel`,
  channel_archived: msg`channel archived`,
  channel_unarchived: msg`channel taken back into use`,
  channel_updated: msg`channel changed`,
  dm_started: msg`conversation opened`,
  dm_closed: msg`conversation closed`,
  user_signed_up: msg`sign-up`,
  sign_in: msg`sign-in`,
  sign_out: msg`sign-out`,
  sign_in_failed: msg`failed sign-in`,
  password_reset: msg`password reset`,
  presence: msg`online`,
  session_start: msg`session`,
  session_end: msg`end of session`,
  call_started: msg`call`,
  call_ended: msg`end of call`,
  call_joined: msg`joined a call`,
  call_left: msg`left a call`,
  call_failed: msg`failed call`,
  screen_shared: msg`shared screen`,
  page_view: msg`page`,
  feature_used: msg`feature`,
  search_performed: msg`search`,
  settings_changed: msg`settings`,
  theme_changed: msg`theme`,
  error_occurred: msg`error`,
  api_error: msg`error of the API`,
  performance_mark: msg`timing`,
  system: msg`system`,
};

/** What messages carry. */
const CARRIED: Record<string, MessageDescriptor> = {
  image: msg`image`,
  file: msg`file`,
  video: msg`video`,
  voice: msg`voice`,
  system: msg`system`,
};

/** Returns how kinds of events are called; of messages with something in them, what that is. */
export function useKindName(): (kind: string, messageType?: string | null) => string {
  const { i18n } = useLingui();
  return (kind, messageType) => {
    const descriptor = (messageType && CARRIED[messageType]) || KINDS[kind];
    return descriptor ? i18n._(descriptor) : kind.replaceAll("_", " ");
  };
}
