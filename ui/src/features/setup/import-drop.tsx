import { t } from "@lingui/core/macro";
import { FileUp } from "lucide-react";
import { type DragEvent, useId, useState } from "react";
import { writeBytes } from "@/lib/bytes";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import { ACCEPTED } from "./import-model";

export interface ImportDropProps {
  mostBytes: number;
  onFile: (file: File) => void;
}

/** Where a file is dropped or chosen. */
export function ImportDrop({ mostBytes, onFile }: ImportDropProps) {
  const format = useFormat();
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string>();
  const most = writeBytes(format.locale, mostBytes);
  const take = (file: File | undefined) => {
    if (!file) return;
    // The service says the same, after all of it was sent.
    const { name } = file;
    if (file.size > mostBytes) {
      setProblem(t`“${name}” is larger than ${most}: raise ANALYTICS_MAX_UPLOAD, or use the command below.`);
      return;
    }
    setProblem(undefined);
    onFile(file);
  };
  const over = (event: DragEvent, isHere: boolean) => {
    event.preventDefault();
    setOver(isHere);
  };
  return (
    <div>
      <label
        htmlFor={id}
        onDragOver={(event) => over(event, true)}
        onDragLeave={(event) => over(event, false)}
        onDrop={(event) => {
          over(event, false);
          take(event.dataTransfer.files[0]);
        }}
        className={cn(
          "border-control rounded-control has-focus-visible:ring-ring hover:bg-hover flex cursor-pointer flex-col items-center gap-1 border border-dashed px-4 py-6 text-center has-focus-visible:ring-2 has-focus-visible:ring-offset-2",
          isOver && "bg-primary-soft border-primary",
        )}
      >
        <FileUp aria-hidden="true" className="text-muted size-5" />
        <span className="font-medium">{t`Drop a file here, or choose one`}</span>
        <span className="text-muted text-xs">
          {t`The zip of a Slack export, NDJSON, or a table of people or channels as CSV; up to ${most}`}
        </span>
        <input
          id={id}
          type="file"
          accept={ACCEPTED}
          className="sr-only"
          onChange={(event) => {
            take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </label>
      {problem && (
        <p role="alert" className="text-bad mt-2 text-xs">
          {problem}
        </p>
      )}
    </div>
  );
}
