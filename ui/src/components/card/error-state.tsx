import { t } from "@lingui/core/macro";
import { ApiError } from "@/api/errors";

/** A request that was not answered: what is wrong, what to quote, and how to go on. */
export function ErrorState({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const requestId = error instanceof ApiError ? error.refusal.requestId : undefined;
  return (
    <div
      role="alert"
      className="border-border bg-card rounded-card flex flex-col items-start gap-3 border p-6"
    >
      <p className="font-medium">{error.message}</p>
      {requestId && <p className="text-muted text-xs">{t`Request ${requestId}`}</p>}
      <button
        type="button"
        onClick={onRetry}
        className="rounded-control border-border hover:bg-subtle h-9 border px-3 font-medium"
      >
        {t`Try again`}
      </button>
    </div>
  );
}
