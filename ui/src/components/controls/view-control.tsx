import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { statusQuery } from "@/api/status";
import { IconButton } from "@/components/ui/button";
import { Pop } from "@/components/ui/pop";
import { SearchInput } from "@/components/ui/search-input";
import { Switch } from "@/components/ui/switch";
import { useKey } from "@/lib/keys";
import type { Grain, Scope, ScopeChange } from "@/lib/url-state";
import { Option } from "./option";

export interface ViewControlProps {
  scope: Scope;
  /** The present of what is shown, for freezing it. */
  asOf: string;
  onChange: (change: ScopeChange) => void;
}

/** Zones that are shown of a search. */
const ZONES = 6;

/** How the span is looked at: zone, buckets, bots, and whether it stays at this moment. */
export function ViewControl({ scope, asOf, onChange }: ViewControlProps) {
  const [isOpen, setOpen] = useState(false);
  useKey("z", t`Zone, buckets, bots`, () => setOpen(true));
  const grains: [Grain | undefined, string][] = [
    [undefined, t`Automatic`],
    ["hour", t`Hour`],
    ["day", t`Day`],
    ["week", t`Week`],
    ["month", t`Month`],
  ];
  return (
    <Pop
      isOpen={isOpen}
      onOpenChange={setOpen}
      title={t`Zone, buckets, bots`}
      align="end"
      trigger={
        <IconButton
          label={t`Zone, buckets, bots`}
          className="border-border bg-card border shadow-xs dark:shadow-none"
        >
          <SlidersHorizontal aria-hidden="true" />
        </IconButton>
      }
    >
      <div className="flex w-80 flex-col gap-1 p-2 max-sm:w-auto">
        <Zones scope={scope} onChange={onChange} />
        <p className="text-muted px-3 pt-2 text-xs font-medium">{t`Charts by`}</p>
        <div className="grid grid-cols-2">
          {grains.map(([groupBy, title]) => (
            <Option key={title} isChosen={scope.groupBy === groupBy} onChoose={() => onChange({ groupBy })}>
              {title}
            </Option>
          ))}
        </div>
        <Switch
          label={t`Bots count, too`}
          isOn={scope.includeBots === true}
          onChange={(isOn) => onChange({ includeBots: isOn || undefined })}
        />
        <Switch
          label={t`Freeze`}
          hint={t`The page and links to it stay at this moment.`}
          isOn={scope.asOf !== undefined}
          onChange={(isOn) => onChange({ asOf: isOn ? asOf : undefined })}
        />
      </div>
    </Pop>
  );
}

function Zones({ scope, onChange }: { scope: Scope; onChange: (change: ScopeChange) => void }) {
  const status = useQuery(statusQuery);
  const [search, setSearch] = useState("");
  const reporting = status.data?.timezone ?? "UTC";
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const chosen = scope.tz ?? reporting;
  const sought = search.trim().toLowerCase().replaceAll(" ", "_");
  const found = sought
    ? ["UTC", ...Intl.supportedValuesOf("timeZone")].filter((zone) => zone.toLowerCase().includes(sought))
    : [reporting, own, chosen];
  const choose = (zone: string) => onChange({ tz: zone === reporting ? undefined : zone });
  const note = (zone: string) =>
    zone === reporting ? t`the reporting zone` : zone === own ? t`your zone` : undefined;
  return (
    <>
      <p className="text-muted px-3 pt-1 text-xs font-medium">{t`Days and hours of`}</p>
      <SearchInput label={t`Search zones`} value={search} onChange={setSearch} className="mx-1 w-auto" />
      {[...new Set(found)].slice(0, ZONES).map((zone) => (
        <Option key={zone} isChosen={zone === chosen} onChoose={() => choose(zone)} note={note(zone)}>
          {zone}
        </Option>
      ))}
    </>
  );
}
