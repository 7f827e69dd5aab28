import { plural, t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { ChannelLink } from "@/components/links/channel-link";
import { useFormat } from "@/lib/use-format";
import type { Realtime } from "./queries";

/** Where people write in these minutes. */
export function ChannelsCard({ answer }: { answer: Answer<Realtime> }) {
  const format = useFormat();
  return (
    <Card
      id="channels"
      title={t`Channels now`}
      answer={answer}
      metrics={["messages"]}
      table="activeChannels"
      height={240}
      className="lg:col-span-4"
      content={({ activeChannels, activeChannelCount }) => {
        const largest = Math.max(1, ...activeChannels.map((channel) => channel.messages));
        return {
          caption: plural(activeChannelCount, {
            one: "In the last 60 minutes, one channel.",
            other: "In the last 60 minutes, # channels.",
          }),
          empty:
            activeChannels.length === 0
              ? { title: t`It is quiet`, text: t`Nobody wrote in the last 60 minutes.` }
              : undefined,
          body: (
            <ul className="divide-border divide-y">
              {activeChannels.map((channel) => (
                <li
                  key={channel.channelId}
                  className="grid min-h-10 grid-cols-[minmax(0,1fr)_auto_3rem_2.5rem] items-center gap-3"
                >
                  <ChannelLink id={channel.channelId} name={channel.name} className="truncate" />
                  <span className="text-muted text-xs whitespace-nowrap">
                    {plural(channel.posters, { one: "one person", other: "# people" })}
                  </span>
                  <span aria-hidden="true" className="bg-track h-1.5 overflow-hidden rounded-full">
                    <span
                      className="bg-primary block h-full rounded-full"
                      style={{ width: `${(100 * channel.messages) / largest}%` }}
                    />
                  </span>
                  <b className="text-end font-semibold">{format.exact(channel.messages)}</b>
                </li>
              ))}
            </ul>
          ),
        };
      }}
    />
  );
}
