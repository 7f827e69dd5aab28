import { plural, t } from "@lingui/core/macro";
import { Clock, Copy, type LucideIcon, TriangleAlert, Unlink } from "lucide-react";
import { useState } from "react";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { MiniBars } from "@/components/charts/mini-bars";
import { Badge, type BadgeProps } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Initials } from "@/components/ui/initials";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";
import { daysOf } from "@/lib/format";
import { useScope } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { useFormat } from "@/lib/use-format";
import { ChannelName } from "./channel-columns";
import { listOf, noteOf, weeksByChannel } from "./model";
import { type Care, type CareRow, channelsQueries } from "./queries";

const FIRST = 12;
/** The last bars are the span of the page, about a month where nothing else is chosen. */
const ACCENTED = 4;

interface Group {
  state: "dying" | "dormant" | "orphan";
  title: string;
  why: string;
  icon: LucideIcon;
  look: BadgeProps["look"];
}

/** The channels that need somebody, with who wrote last and a note to their owners. */
export function CareCard() {
  const [scope] = useScope();
  const [isWhole, setWhole] = useState(false);
  const care = useAnswer(channelsQueries.care(scope, isWhole ? 1_000 : FIRST));
  const rows = care.data?.channels ?? [];
  const meta = care.data?.meta;
  const lastDay = meta ? (daysOf(meta.from, meta.to, meta.timezone)?.[1] ?? "") : "";
  const ids = rows.map((row) => row.channelId);
  // They are about more time than a shared link shows.
  const hasWeeks = useShared() === undefined && ids.length > 0 && lastDay !== "";
  const weeks = useAnswer(channelsQueries.weeks(scope, ids, lastDay), hasWeeks);
  return (
    <Card
      id="care"
      title={t`Channels that need somebody`}
      answer={care}
      height={420}
      content={(data) => ({
        caption: hasWeeks
          ? t`Bars are weeks of half a year, the last four in blue; beside the letters, who wrote last.`
          : t`Beside the letters, who wrote last.`,
        empty:
          data.total === 0
            ? {
                title: t`No channel needs anybody`,
                text: t`None is dying, silent or without an owner at the end of this time.`,
              }
            : undefined,
        body: (
          <>
            <Groups data={data} weeks={weeksByChannel(weeks.data?.rows ?? [])} />
            {data.total > data.channels.length && (
              <Button className="mt-4 self-start" size="small" onClick={() => setWhole(true)}>
                {plural(data.total, { one: "Show it", other: "Show all #" })}
              </Button>
            )}
          </>
        ),
      })}
    />
  );
}

function Groups({ data, weeks }: { data: Care; weeks: Map<string, number[]> }) {
  const format = useFormat();
  const groups: Group[] = [
    {
      state: "dying",
      title: t`Dying`,
      why: t`at most half of the median of the four spans before`,
      icon: TriangleAlert,
      look: "warn",
    },
    { state: "dormant", title: t`Dormant`, why: t`no message in this time`, icon: Clock, look: "plain" },
    {
      state: "orphan",
      title: t`Orphan`,
      why: t`without an owner, or the owner is deactivated`,
      icon: Unlink,
      look: "bad",
    },
  ];
  return (
    <div className="flex flex-col gap-6">
      {groups.map(({ state, title, why, icon: Icon, look }) => {
        // A channel with several reasons stands under the first of them.
        const rows = data.channels.filter((row) => row.reasons[0]?.state === state);
        if (rows.length === 0) return null;
        return (
          <section key={state} aria-label={title}>
            <h3 className="border-border flex flex-wrap items-center gap-x-2 border-b pb-2">
              <span className="font-semibold">{title}</span>
              <Badge look={look ?? "plain"}>
                <Icon aria-hidden="true" />
                {format.exact(data.summary[state])}
              </Badge>
              <span className="text-muted text-xs font-normal">{why}</span>
            </h3>
            <ul className="divide-border divide-y">
              {rows.map((row) => (
                <CareItem
                  key={row.channelId}
                  row={row}
                  state={state}
                  weeks={weeks.get(row.channelId) ?? []}
                  asOf={data.meta.to}
                />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

interface CareItemProps {
  row: CareRow;
  state: Group["state"];
  weeks: number[];
  asOf: string;
}

function CareItem({ row, state, weeks, asOf }: CareItemProps) {
  const format = useFormat();
  const toast = useToast();
  const members = row.memberCount;
  const owner = row.ownerName;
  const voices = row.lastVoices.slice(0, 4);
  const names = voices.slice(0, 3).map((one) => one.name.split(" ")[0] ?? one.name);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-2 py-3 sm:grid-cols-[minmax(0,10rem)_minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <div className="font-medium">
          <ChannelName row={row} />
        </div>
        <p className="text-muted truncate text-xs">
          {members == null ? "" : plural(members, { one: "one member", other: "# members" })}
        </p>
        <p className="text-muted truncate text-xs">
          {row.isDeactivatedOwner ? t`owner deactivated` : owner ? t`owner ${owner}` : t`no owner known`}
        </p>
      </div>
      <div className="order-last col-span-2 min-w-0 sm:order-none sm:col-span-1">
        {weeks.length > 0 && <MiniBars values={weeks} width={200} height={30} accented={ACCENTED} />}
        {voices.length > 0 && (
          <p className="text-muted mt-1.5 flex items-center gap-1 text-xs">
            {voices.map((one) => (
              <Initials key={one.userId} name={one.name} />
            ))}
            <span className="ms-1 truncate">{listOf(names, format)}</span>
          </p>
        )}
      </div>
      <div className="flex flex-col items-end gap-2">
        <p className="text-muted text-end text-xs">{howLong(row, state, asOf)}</p>
        <Button
          size="small"
          onClick={() =>
            void copyText(noteOf(row, format)).then(() => toast(t`Note copied; nothing was sent`))
          }
        >
          <Copy aria-hidden="true" />
          {t`Copy note`}
        </Button>
      </div>
    </li>
  );

  function howLong(of: CareRow, reason: Group["state"], now: string) {
    const count = format.exact(of.messageCount);
    if (reason === "dying" && of.medianBefore != null) {
      const usual = format.exact(Math.round(of.medianBefore));
      return t`${count} messages, usually ${usual}`;
    }
    if (of.lastActivity && of.messageCount === 0) {
      const days = Math.floor((Date.parse(now) - Date.parse(of.lastActivity)) / 86_400_000);
      return plural(days, { one: "silent for one day", other: "silent for # days" });
    }
    return of.messageCount === 0 ? t`never written in` : t`${count} messages`;
  }
}
