import { t } from "@lingui/core/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/errors";
import {
  cancelImport,
  type ImportChoices,
  importsQuery,
  isOver,
  startImport,
  uploadHistory,
} from "@/api/imports";
import { Note } from "@/components/ui/note";
import { ImportDrop } from "./import-drop";
import { shownImport } from "./import-model";
import { Counted, Ended, Running } from "./import-steps";

/** A history that is uploaded here: a file, what is in it, and what became of it. */
export function ImportHistory() {
  const queries = useQueryClient();
  const { data, error } = useQuery(importsQuery);
  const [putAway, setPutAway] = useState<string>();
  const upload = useRef<AbortController>(undefined);
  const again = () => void queries.invalidateQueries({ queryKey: importsQuery.queryKey });
  const send = useMutation({
    mutationFn: (file: File) => {
      upload.current = new AbortController();
      const sent = uploadHistory(file, upload.current.signal);
      // It is there as soon as its first byte is.
      setTimeout(again, 300);
      return sent;
    },
    onSettled: again,
  });
  const start = useMutation({
    mutationFn: ({ id, choices }: { id: string; choices: ImportChoices }) => startImport(id, choices),
    onSettled: again,
  });
  const cancel = useMutation({ mutationFn: cancelImport, onSettled: again });
  const shown = shownImport(data?.imports, putAway);
  const running = useRef<string>(undefined);
  useEffect(() => {
    if (!shown) return;
    if (!isOver(shown)) running.current = shown.id;
    else if (shown.state === "done" && running.current === shown.id) {
      running.current = undefined;
      // Whatever was asked before is older than what is here now.
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey !== importsQuery.queryKey });
    }
  }, [shown, queries]);
  const giveUp = (id: string) => {
    upload.current?.abort();
    cancel.mutate(id);
  };
  const refused = [send.error, start.error, cancel.error, error].find((one) => isRefusal(one));
  return (
    <div className="flex flex-col gap-3">
      {refused && !(shown && isOver(shown)) && (
        <Note icon={TriangleAlert} look="bad" role="alert">
          {refused.message}
        </Note>
      )}
      {shown === undefined ? (
        data && <ImportDrop mostBytes={data.mostBytes} onFile={(file) => send.mutate(file)} />
      ) : isOver(shown) ? (
        <Ended shown={shown} onAgain={() => setPutAway(shown.id)} />
      ) : shown.state === "counted" ? (
        <Counted
          shown={shown}
          isStarting={start.isPending}
          onStart={(choices) => start.mutate({ id: shown.id, choices })}
          onCancel={() => giveUp(shown.id)}
        />
      ) : (
        <Running shown={shown} onCancel={() => giveUp(shown.id)} />
      )}
      {shown?.state === "receiving" && !send.isPending && (
        <p className="text-muted text-xs">{t`It is uploaded from another page.`}</p>
      )}
    </div>
  );
}

/** Whether an error is an answer, and not the end of an upload that somebody gave up. */
function isRefusal(error: Error | null): error is ApiError {
  return error instanceof ApiError && error.refusal.code !== "import_cancelled";
}
