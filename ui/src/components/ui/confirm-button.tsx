import { t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "./button";
import { Sheet } from "./sheet";
import { useToast } from "./toast";

export interface ConfirmButtonProps {
  /** What it does: "Revoke". */
  verb: string;
  title: string;
  /** What becomes of it, in a sentence. */
  consequence: string;
  /** What is said once it is done. */
  done: string;
  onConfirm: () => Promise<unknown>;
}

/** A button for what cannot be taken back: it asks first. */
export function ConfirmButton({ verb, title, consequence, done, onConfirm }: ConfirmButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const toast = useToast();
  const queries = useQueryClient();
  const action = useMutation({
    mutationFn: onConfirm,
    onSuccess: () => {
      toast(done);
      setOpen(false);
      void queries.invalidateQueries();
    },
  });
  return (
    <>
      <Button size="small" look="ghost" onClick={() => setOpen(true)} aria-label={title}>
        {verb}
      </Button>
      <Sheet isOpen={isOpen} onOpenChange={setOpen} side="center" title={title}>
        <div className="flex flex-col gap-4 p-4 sm:p-6">
          <p>{consequence}</p>
          {action.error && (
            <p role="alert" className="text-bad">
              {action.error.message}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>{t`Cancel`}</Button>
            <Button look="primary" disabled={action.isPending} onClick={() => action.mutate()}>
              {verb}
            </Button>
          </div>
        </div>
      </Sheet>
    </>
  );
}
