import { plural, t } from "@lingui/core/macro";
import { ChevronDown, GitCompareArrows } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { EmptyState } from "@/components/card/states";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { channelTitle } from "@/lib/channel-title";
import { useScope } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { useView } from "@/lib/view";
import { channelQueries } from "./channel-queries";
import { CommonCard, CompareHoursCard, CompareLinesCard, CompareTableCard } from "./compare-cards";
import { toggled } from "./compare-model";
import { channelsQueries } from "./queries";

/** Two or three channels side by side, on equal scales. */
export function ComparePage() {
  const [scope] = useScope();
  const [asked, setAsked] = useView("ids");
  const ids = asked?.split(",").filter(Boolean).slice(0, 3) ?? [];
  const isEnough = ids.length >= 2;
  const shared = useShared();
  const all = useAnswer(channelsQueries.all(scope), !shared);
  const compared = useAnswer(channelQueries.compare(scope, ids), isEnough);
  const overlap = useAnswer(channelQueries.overlap(scope), isEnough && !shared);
  const names = new Map(all.data?.channels.map((row) => [row.channelId, channelTitle(row.name)]));
  for (const row of compared.data?.channels ?? []) names.set(row.channelId, channelTitle(row.name));
  const missing = 2 - ids.length;
  return (
    <>
      <PageHead
        title={t`Compare channels`}
        icon={GitCompareArrows}
        subtitle={ids.map((id) => names.get(id) ?? id).join(" · ")}
      >
        <PageControls meta={compared.data?.meta ?? all.data?.meta} />
        {!shared && (
          <Menu
            align="end"
            trigger={
              <Button>
                {t`Channels`}
                <ChevronDown aria-hidden="true" />
              </Button>
            }
          >
            {all.data?.channels.map((row) => (
              <MenuChoice
                key={row.channelId}
                isChosen={ids.includes(row.channelId)}
                staysOpen
                onSelect={() => setAsked(toggled(ids, row.channelId).join(",") || undefined)}
              >
                {channelTitle(row.name)}
              </MenuChoice>
            ))}
          </Menu>
        )}
      </PageHead>
      {isEnough ? (
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
          <CompareLinesCard answer={compared} />
          <CompareTableCard answer={compared} />
          <CompareHoursCard answer={compared} />
          {!shared && <CommonCard answer={overlap} ids={ids} names={names} />}
        </div>
      ) : (
        <div className="border-border bg-card rounded-card flex border">
          <EmptyState
            empty={{
              title: plural(missing, { one: "Choose one more channel", other: "Choose # channels" }),
              text: t`Two or three stand side by side, on equal scales. The button “Channels” lists them.`,
            }}
          />
        </div>
      )}
    </>
  );
}
