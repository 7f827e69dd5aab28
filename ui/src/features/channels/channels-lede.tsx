import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useAnswer } from "@/api/use-answer";
import { PageLede } from "@/components/layout/page-lede";
import { PageLink } from "@/components/layout/page-link";
import { channelTitle } from "@/lib/channel-title";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { extremes } from "./model";
import { type ChannelRow, channelsQueries } from "./queries";

/** Which channel woke up, which one fell, and how many hold half of everything. */
export function ChannelsLede() {
  const [scope] = useScope();
  const format = useFormat();
  const { data } = useAnswer(channelsQueries.all(scope));
  if (!data) return null;
  const { riser, faller } = extremes(data.channels);
  const half = data.distribution.channelsForHalf;
  const { dormant } = data.summary;
  const numbers = (row: ChannelRow) => [
    format.figure(row.messageCount),
    format.figure(row.previousMessageCount ?? 0),
  ];
  const link = (row: ChannelRow) => (
    <PageLink to="/channels/$id" params={{ id: row.channelId }}>
      <b>{channelTitle(row.name)}</b>
    </PageLink>
  );
  const [more, moreBefore] = riser ? numbers(riser) : [];
  const [less, lessBefore] = faller ? numbers(faller) : [];
  return (
    <PageLede meta={data.meta}>
      {riser && (
        <Trans>
          {link(riser)} grew most: {more} messages after {moreBefore}.
        </Trans>
      )}{" "}
      {faller && (
        <Trans>
          {link(faller)} wrote {less} after {lessBefore}.
        </Trans>
      )}{" "}
      {half != null && half > 0 && (
        <>
          <b>{plural(half, { one: "One channel", other: "# channels" })}</b>{" "}
          {plural(half, { one: "holds half of everything", other: "hold half of everything" })}
          {dormant > 0 ? "; " : "."}
        </>
      )}
      {dormant > 0 && (
        <>
          <PageLink to="/channels" view={{ tab: "care" }}>
            <b>{format.figure(dormant)}</b>
          </PageLink>{" "}
          {plural(dormant, { one: "is silent.", other: "are silent." })}
        </>
      )}
    </PageLede>
  );
}
