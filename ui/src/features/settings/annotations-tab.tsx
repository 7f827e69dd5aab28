import { plural, t } from "@lingui/core/macro";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useAnswer } from "@/api/use-answer";
import { Panel } from "@/components/card/panel";
import { EmptyState } from "@/components/card/states";
import { useCanChange } from "@/components/session/use-can-change";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmButton } from "@/components/ui/confirm-button";
import { useFormat } from "@/lib/use-format";
import { AnnotationEditor } from "./annotation-editor";
import { timeOf } from "./model";
import { type Annotation, remove, settingsQueries } from "./queries";

/** Returns what the kinds of annotations are called. */
export function useAnnotationKinds(): Record<string, string> {
  return {
    note: t`Note`,
    release: t`Release`,
    outage: t`Outage`,
    holiday: t`Holiday`,
    event: t`Event`,
  };
}

/** What happened, drawn as flags over charts. */
export function AnnotationsTab() {
  const format = useFormat();
  const kinds = useAnnotationKinds();
  const answer = useAnswer(settingsQueries.annotations());
  const canChange = useCanChange();
  const [edited, setEdited] = useState<Annotation | "new" | null>(null);
  const annotations = answer.data?.annotations ?? [];
  const when = (annotation: Annotation) => {
    const time = timeOf(annotation, format.timezone);
    if (!time) return "–";
    if (time.instant) return `${format.day(time.first)} ${format.time(time.instant)}`;
    return time.first === time.last ? format.day(time.first) : format.days(time.first, time.last);
  };
  const caption = plural(annotations.length, {
    0: "None yet. What is noted here stands as a flag over charts of its days.",
    one: "One annotation, which stands as a flag over charts of its days.",
    other: "# annotations, which stand as flags over charts of their days.",
  });
  const create = canChange && (
    <Button size="small" onClick={() => setEdited("new")}>
      <Plus aria-hidden="true" />
      {t`New annotation`}
    </Button>
  );
  return (
    <Panel title={t`Annotations`} answer={answer} caption={caption} tools={create}>
      {annotations.length === 0 && <EmptyState empty={{ title: t`No annotations` }} />}
      <ul className="divide-border divide-y">
        {annotations.map((annotation) => (
          <li key={annotation.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
            <span className="text-muted w-44 shrink-0 text-xs">{when(annotation)}</span>
            <div className="min-w-0 flex-1 basis-56">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {annotation.title} <Badge>{kinds[annotation.kind] ?? annotation.kind}</Badge>
              </p>
              {annotation.text && <p className="text-muted text-xs">{annotation.text}</p>}
            </div>
            {canChange && (
              <div className="flex items-center gap-1">
                <Button size="small" look="ghost" onClick={() => setEdited(annotation)}>
                  {t`Edit`}
                </Button>
                <ConfirmButton
                  verb={t`Delete`}
                  title={t`Delete ${annotation.title}`}
                  consequence={t`Its flag is taken from all charts.`}
                  done={t`Annotation deleted`}
                  onConfirm={() => remove("annotations", annotation.id)}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
      {edited && (
        <AnnotationEditor
          annotation={edited === "new" ? undefined : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </Panel>
  );
}
