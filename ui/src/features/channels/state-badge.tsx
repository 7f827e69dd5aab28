import { t } from "@lingui/core/macro";
import { Archive, Clock, TrendingDown, TrendingUp, Unlink } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { ChannelRow } from "./queries";

type States = Pick<ChannelRow, "isArchived" | "isOrphan" | "isDying" | "isDormant" | "isGrowing">;

/** How a channel is, in a word and a sign; what asks for a person comes first. */
export function StateBadge({ row }: { row: States }) {
  if (row.isArchived)
    return (
      <Badge>
        <Archive aria-hidden="true" />
        {t`archived`}
      </Badge>
    );
  if (row.isOrphan)
    return (
      <Badge look="bad">
        <Unlink aria-hidden="true" />
        {t`orphan`}
      </Badge>
    );
  if (row.isDying)
    return (
      <Badge look="warn">
        <TrendingDown aria-hidden="true" />
        {t`dying`}
      </Badge>
    );
  if (row.isDormant)
    return (
      <Badge>
        <Clock aria-hidden="true" />
        {t`dormant`}
      </Badge>
    );
  if (row.isGrowing)
    return (
      <Badge look="primary">
        <TrendingUp aria-hidden="true" />
        {t`growing`}
      </Badge>
    );
  return <Badge>{t`active`}</Badge>;
}

/** Returns the words for kinds of channels; others stay as they are. */
export function kindNames(): Record<string, string> {
  return {
    public: t`public`,
    private: t`private`,
    announcement: t`announcements`,
    direct: t`conversation`,
    group: t`group conversation`,
  };
}
