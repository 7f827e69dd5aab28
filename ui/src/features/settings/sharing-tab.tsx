import { plural, t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { revokeShare, type Share } from "@/api/shares";
import { Panel } from "@/components/card/panel";
import { pageOf } from "@/components/layout/pages";
import { SmallTable } from "@/components/table/small-table";
import { Badge } from "@/components/ui/badge";
import { ConfirmButton } from "@/components/ui/confirm-button";
import { ago } from "@/lib/format";
import { dateIn } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { scopeOf } from "./sharing-model";

/** Links that open one page to whoever has them. */
export function SharingTab({ shares }: { shares: Share[] }) {
  const format = useFormat();
  const { i18n } = useLingui();
  const now = Date.now();
  const isOver = (share: Share) => Date.parse(share.expiresAt) <= now;
  const open = shares.filter((share) => !isOver(share)).length;
  const day = (instant: string) => format.shortDay(dateIn(instant, format.timezone));
  const title = (share: Share) => {
    const page = pageOf(share.page);
    const name = page ? i18n._(page.title) : share.page;
    return page && page.path !== share.page
      ? `${name}: ${decodeURIComponent(share.page.slice(page.path.length + 1))}`
      : name;
  };
  return (
    <Panel
      title={t`Shared links`}
      caption={plural(open, {
        0: "No link is open. The menu “Share” of a page makes one.",
        one: "One link is open to whoever has it.",
        other: "# links are open to whoever has them.",
      })}
    >
      <SmallTable
        label={t`Shared links`}
        rows={shares}
        rowKey={(share) => share.id}
        columns={[
          {
            name: t`Page`,
            cell: (share) => (
              <span className="block min-w-0 py-2">
                <span className="block truncate">{title(share)}</span>
                <span className="text-muted block truncate text-xs font-normal">{scopeOf(share.query)}</span>
              </span>
            ),
          },
          {
            name: t`Shows`,
            isWide: true,
            cell: (share) => (
              <span className="flex flex-wrap gap-1.5">
                <Badge>{share.names ? t`names` : t`no names`}</Badge>
                {share.frozen && <Badge>{t`frozen`}</Badge>}
              </span>
            ),
          },
          { name: t`Made by`, isWide: true, cell: (share) => share.createdBy },
          {
            name: t`Expires`,
            isNumber: true,
            cell: (share) => (isOver(share) ? <Badge>{t`expired`}</Badge> : day(share.expiresAt)),
          },
          {
            name: t`Last used`,
            isNumber: true,
            isWide: true,
            cell: (share) =>
              share.lastUsedAt ? ago(format.locale, (now - Date.parse(share.lastUsedAt)) / 1_000) : t`never`,
          },
          {
            name: t`Actions`,
            isNumber: true,
            cell: (share) => (
              <ConfirmButton
                verb={t`Revoke`}
                title={t`Revoke the link to ${title(share)}`}
                consequence={t`Whoever has the link sees nothing any more. This cannot be taken back.`}
                done={t`Link revoked`}
                onConfirm={() => revokeShare(share.id)}
              />
            ),
          },
        ]}
      />
    </Panel>
  );
}
