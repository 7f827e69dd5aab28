import { t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { ChoiceField, TextField } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";
import { useToast } from "@/components/ui/toast";
import { useFormat } from "@/lib/use-format";
import { useAnnotationKinds } from "./annotations-tab";
import { annotationDraft, timeOf } from "./model";
import { type Annotation, keep } from "./queries";

/** Notes what happened on a day or over several, or changes that. */
export function AnnotationEditor(props: { annotation: Annotation | undefined; onClose: () => void }) {
  const { annotation, onClose } = props;
  const format = useFormat();
  const kinds = useAnnotationKinds();
  const time = annotation && timeOf(annotation, format.timezone);
  const [fields, setFields] = useState({
    title: annotation?.title ?? "",
    text: annotation?.text ?? "",
    kind: annotation?.kind ?? "note",
    first: time?.first ?? "",
    last: time && time.last !== time.first ? time.last : "",
  });
  const set = (name: keyof typeof fields) => (value: string) => setFields({ ...fields, [name]: value });
  const toast = useToast();
  const queries = useQueryClient();
  const draft = annotationDraft(fields);
  // An instant within its day stays that instant, unless the day is changed.
  const isSameDay = time?.instant !== undefined && draft?.["at"] === time.first;
  const body = draft && time?.instant && isSameDay ? { ...draft, at: time.instant } : draft;
  const channel = annotation?.channelId;
  const keeping = useMutation({
    mutationFn: () => keep("annotations", { ...body, ...(channel && { channelId: channel }) }, annotation),
    onSuccess: () => {
      toast(t`Annotation kept`);
      void queries.invalidateQueries();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (body) keeping.mutate();
  };
  return (
    <Sheet
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      side="end"
      title={annotation ? t`Edit annotation` : t`New annotation`}
    >
      <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
        <TextField
          label={t`What happened`}
          required
          maxLength={200}
          value={fields.title}
          onChange={(event) => set("title")(event.target.value)}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            type="date"
            label={t`Day`}
            required
            value={fields.first}
            onChange={(event) => set("first")(event.target.value)}
          />
          <TextField
            type="date"
            label={t`Last day`}
            hint={t`Where it took several days`}
            value={fields.last}
            min={fields.first}
            onChange={(event) => set("last")(event.target.value)}
          />
        </div>
        <ChoiceField
          label={t`Kind`}
          value={fields.kind}
          onChange={set("kind")}
          options={Object.entries(kinds).map(([value, title]) => ({ value, title }))}
        />
        <TextField
          label={t`More about it`}
          maxLength={4_000}
          value={fields.text}
          onChange={(event) => set("text")(event.target.value)}
        />
        {keeping.error && (
          <p role="alert" className="text-bad">
            {keeping.error.message}
          </p>
        )}
        <Button type="submit" look="primary" className="self-end" disabled={!body || keeping.isPending}>
          {t`Keep`}
        </Button>
      </form>
    </Sheet>
  );
}
