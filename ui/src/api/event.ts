/** An event of `GET /events` and `GET /realtime`; the reference does not say its fields. */
export interface EventRow {
  eventId: string;
  eventType: string;
  timestamp: string;
  receivedAt: string;
  userId: string | null;
  userName: string | null;
  channelId: string | null;
  channelName: string | null;
  messageId: string | null;
  threadId: string | null;
  messageType: string | null;
  isBot: boolean;
  weight: number;
  properties: Record<string, unknown>;
}
