import { plural, t } from "@lingui/core/macro";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useAnswer } from "@/api/use-answer";
import { Panel } from "@/components/card/panel";
import { EmptyState } from "@/components/card/states";
import { PageLink } from "@/components/layout/page-link";
import { useCanChange } from "@/components/session/use-can-change";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { ConfirmButton } from "@/components/ui/confirm-button";
import { remove, type Segment, settingsQueries } from "./queries";
import { SegmentEditor } from "./segment-editor";

/** Rules over people or channels that are kept under a name. */
export function SegmentsTab() {
  const answer = useAnswer(settingsQueries.segments());
  const canChange = useCanChange();
  const [edited, setEdited] = useState<Segment | "new" | null>(null);
  const segments = answer.data?.segments ?? [];
  const caption = plural(segments.length, {
    0: "None is kept yet. A segment narrows every page to the people or channels that a rule holds.",
    one: "One segment, which narrows every page to those that its rule holds.",
    other: "# segments, each of which narrows every page to those that its rule holds.",
  });
  const create = canChange && (
    <Button size="small" onClick={() => setEdited("new")}>
      <Plus aria-hidden="true" />
      {t`New segment`}
    </Button>
  );
  return (
    <Panel title={t`Segments`} answer={answer} caption={caption} tools={create}>
      {segments.length === 0 && <EmptyState empty={{ title: t`No segments` }} />}
      <ul className="divide-border divide-y">
        {segments.map((segment) => (
          <li key={segment.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
            <div className="min-w-0 flex-1 basis-64">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {segment.name} <Badge>{segment.subject === "channels" ? t`channels` : t`people`}</Badge>
              </p>
              <code className="text-muted text-xs break-words">{segment.rule}</code>
              {segment.description && <p className="text-muted text-xs">{segment.description}</p>}
            </div>
            <div className="flex items-center gap-1">
              <PageLink to="/" scope={{ segment: segment.id }} className={buttonClass("plain", "small")}>
                {t`Use it`}
              </PageLink>
              {canChange && (
                <>
                  <Button size="small" look="ghost" onClick={() => setEdited(segment)}>
                    {t`Edit`}
                  </Button>
                  <ConfirmButton
                    verb={t`Delete`}
                    title={t`Delete ${segment.name}`}
                    consequence={t`Links that are narrowed to this segment no longer work.`}
                    done={t`Segment deleted`}
                    onConfirm={() => remove("segments", segment.id)}
                  />
                </>
              )}
            </div>
          </li>
        ))}
      </ul>
      {edited && (
        <SegmentEditor segment={edited === "new" ? undefined : edited} onClose={() => setEdited(null)} />
      )}
    </Panel>
  );
}
