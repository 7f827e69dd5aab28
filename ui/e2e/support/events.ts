/** Events as a chat sends them, made up here. */
export interface Message {
  user: string;
  channel: string;
  at: Date;
}

/** Returns a message, as `POST track` takes it. */
export function message({ user, channel, at }: Message): object {
  return {
    event: "message_sent",
    userId: user,
    channelId: channel,
    timestamp: at.toISOString(),
    properties: { messageId: `${user}-${channel}-${at.getTime()}`, channelType: "public" },
  };
}

/** Returns so many messages of some people, one after another. */
export function messages(count: number, channel: string, from: Date, people = 5): object[] {
  return Array.from({ length: count }, (_, place) =>
    message({
      user: `person-${place % people}`,
      channel,
      at: new Date(from.getTime() + place * 60_000),
    }),
  );
}

/** Returns the instant so many days before now. */
export function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}
