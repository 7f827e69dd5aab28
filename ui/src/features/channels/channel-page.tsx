import { t } from "@lingui/core/macro";
import { useParams } from "@tanstack/react-router";
import { GitCompareArrows, Hash } from "lucide-react";
import { ApiError } from "@/api/errors";
import { useAnswer } from "@/api/use-answer";
import { PageControls } from "@/components/controls/page-controls";
import { NoSuchPage } from "@/components/layout/no-such-page";
import { PageHead } from "@/components/layout/page-head";
import { PageLink } from "@/components/layout/page-link";
import { buttonClass } from "@/components/ui/button";
import { useScope } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { ChannelHoursCard, ChannelMessagesCard } from "./channel-charts";
import { ChannelFigures } from "./channel-figures";
import { ChannelFacts, ChannelLede } from "./channel-head";
import { SharedCard, TopicsCard, WritersCard } from "./channel-lists";
import { channelQueries } from "./channel-queries";
import { channelsQueries } from "./queries";
import { ResponseCard } from "./response-card";
import { UnansweredCard } from "./waiting-cards";

/** One channel: what is written, by whom, when, and how soon it is answered. */
export function ChannelPage() {
  const shared = useShared();
  const params = useParams({ strict: false });
  const id = shared?.id ?? params.id ?? "";
  const [scope] = useScope();
  const own = { ...scope, channelId: id };
  const channel = useAnswer(channelQueries.channel(scope, id));
  const responses = useAnswer(channelQueries.responses(scope, id));
  const everywhere = useAnswer(channelsQueries.responses(scope), !shared);
  const topics = useAnswer(channelQueries.topics(scope, id));
  const overlap = useAnswer(channelQueries.overlap(scope), !shared);
  if (channel.error instanceof ApiError && channel.error.status === 404) return <NoSuchPage />;
  const data = channel.data;
  return (
    <>
      <PageHead
        title={data?.channel.name ?? id}
        icon={Hash}
        subtitle={data && <ChannelFacts channel={data.channel} meta={data.meta} />}
      >
        <PageControls meta={data?.meta} />
        {!shared && (
          <PageLink to="/channels/compare" view={{ ids: id }} className={buttonClass()}>
            <GitCompareArrows aria-hidden="true" />
            {t`Compare`}
          </PageLink>
        )}
      </PageHead>
      {data && (
        <ChannelLede
          channel={data.channel}
          responses={responses.data}
          meta={data.meta}
          isDaily={data.groupBy === "day"}
        />
      )}
      <div className="flex flex-col gap-4">
        <ChannelFigures channel={channel} responses={responses} />
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
          <ChannelMessagesCard answer={channel} />
          <ChannelHoursCard answer={channel} />
          <WritersCard answer={channel} />
          <ResponseCard
            answer={shared ? responses : everywhere}
            own={id}
            most={8}
            className="lg:col-span-6"
          />
          <UnansweredCard scope={own} className="lg:col-span-6" isOfOneChannel />
          {/* What is about other channels, too, is no part of a link to one. */}
          {!shared && <SharedCard answer={overlap} channel={data} />}
          <TopicsCard answer={topics} />
        </div>
      </div>
    </>
  );
}
