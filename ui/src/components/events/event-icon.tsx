import {
  AtSign,
  CornerUpLeft,
  File,
  Hash,
  LogIn,
  type LucideIcon,
  MessageSquare,
  MessagesSquare,
  Phone,
  Pin,
  Search,
  Smile,
  Sparkles,
  TriangleAlert,
  UserPlus,
} from "lucide-react";

const ICONS: Record<string, LucideIcon> = {
  message_sent: MessageSquare,
  thread_reply: CornerUpLeft,
  thread_started: MessagesSquare,
  reaction_added: Smile,
  file_shared: File,
  file_downloaded: File,
  mention_used: AtSign,
  message_pinned: Pin,
  call_started: Phone,
  call_joined: Phone,
  call_ended: Phone,
  sign_in: LogIn,
  user_signed_up: UserPlus,
  channel_created: Hash,
  channel_joined: Hash,
  channel_left: Hash,
  search_performed: Search,
  error_occurred: TriangleAlert,
  api_error: TriangleAlert,
};

/** The sign of a kind of event; always beside its name. */
export function EventIcon({ kind }: { kind: string }) {
  const Icon = ICONS[kind] ?? Sparkles;
  return (
    <span className="bg-subtle text-muted grid size-6 shrink-0 place-items-center rounded-full">
      <Icon aria-hidden="true" className="size-3.5" />
    </span>
  );
}
