import { t } from "@lingui/core/macro";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";

const LONGEST = 100;

export interface ViewNameDialogProps {
  title: string;
  /** The name that there is. */
  first: string;
  problem: string | undefined;
  isPending: boolean;
  onName: (name: string) => void;
  onClose: () => void;
}

/** Asks what a view is called. */
export function ViewNameDialog({ title, first, problem, isPending, onName, onClose }: ViewNameDialogProps) {
  const [name, setName] = useState(first);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onName(name.trim());
  };
  return (
    <Sheet isOpen onOpenChange={(isOpen) => !isOpen && onClose()} side="center" title={title}>
      <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
        <TextField
          label={t`Name`}
          hint={t`Everybody who may read these pages sees it.`}
          problem={problem}
          required
          maxLength={LONGEST}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" look="primary" disabled={isPending || name.trim() === ""}>
            {t`Save`}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
