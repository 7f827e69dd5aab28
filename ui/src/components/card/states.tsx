import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Clock, Copy, Inbox, ListFilter, Lock, type LucideIcon, RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "@/api/errors";
import type { Meta } from "@/api/meta";
import type { Narrowing } from "@/api/routes";
import { Button } from "@/components/ui/button";
import { Note } from "@/components/ui/note";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";
import { ago } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import type { Empty } from "./content";

interface StateProps {
  icon: LucideIcon;
  title: string;
  text?: ReactNode;
  actions?: ReactNode;
  isBad?: boolean;
}

/** What stands in a card where there is nothing to draw. */
function State({ icon: Icon, title, text, actions, isBad = false }: StateProps) {
  return (
    <div className="flex min-h-44 flex-1 flex-col items-center justify-center gap-1 px-4 py-6 text-center">
      <span
        className={`mb-2 grid size-10 place-items-center rounded-full ${isBad ? "bg-bad-soft text-bad" : "bg-subtle text-muted"}`}
      >
        <Icon aria-hidden="true" className="size-4" />
      </span>
      <p className="font-semibold">{title}</p>
      {text && <p className="text-muted max-w-[36ch] text-balance">{text}</p>}
      {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** Nothing in this span: why, and what to do. */
export function EmptyState({ empty }: { empty: Empty }) {
  return <State icon={Inbox} title={empty.title} text={empty.text} actions={empty.action} />;
}

/** A number that privacy withholds. */
export function WithheldState({ meta }: { meta: Meta }) {
  const format = useFormat();
  const fewest = meta.privacy?.minGroup;
  const people = fewest == null ? "" : format.exact(fewest);
  return (
    <State
      icon={Lock}
      title={t`Withheld`}
      text={
        people
          ? t`Fewer than ${people} people stand behind this. Settings ask for at least ${people}.`
          : t`Settings withhold what is about single people.`
      }
    />
  );
}

/** A first answer that did not come: why, what to quote, and how to go on. */
export function FailedState({ title, error, onRetry }: { title: string; error: Error; onRetry: () => void }) {
  const toast = useToast();
  const refusal = error instanceof ApiError ? error.refusal : undefined;
  const isBusy = error instanceof ApiError && error.status === 503;
  const id = refusal?.requestId;
  if (refusal?.code.startsWith("privacy_"))
    return <State icon={Lock} title={t`Withheld`} text={t`Settings withhold what is about single people.`} />;
  return (
    <div role="alert" className="flex flex-1">
      <State
        icon={isBusy ? Clock : TriangleAlert}
        isBad={!isBusy}
        title={isBusy ? t`The service is busy` : t`${title}: no answer`}
        text={error.message}
        actions={
          <>
            <Button size="small" onClick={onRetry}>
              <RotateCw aria-hidden="true" />
              {t`Retry`}
            </Button>
            {id && (
              <Button
                size="small"
                title={id}
                onClick={() => void copyText(id).then(() => toast(t`Request identifier copied`))}
              >
                <Copy aria-hidden="true" />
                {t`Request ${id.slice(-8)}`}
              </Button>
            )}
          </>
        }
      />
    </div>
  );
}

/** What holds for the numbers below: bars above the figure. */
export function CardNotes(props: {
  meta: Meta | undefined;
  error: Error | null;
  at: number;
  notHonoured: Narrowing[];
  onRetry: () => void;
}) {
  const { meta, error, at, notHonoured, onRetry } = props;
  const format = useFormat();
  const { i18n } = useLingui();
  const age = ago(i18n.locale, (Date.now() - at) / 1_000);
  const { clean, dirty } = meta?.ledger ?? { clean: 0, dirty: 0 };
  const [some, all] = [format.exact(dirty), format.exact(clean + dirty)];
  const unknown = meta?.unknown ?? [];
  const names: Record<Narrowing, string> = {
    channelId: t`channel`,
    userId: t`person`,
    filter: t`filter`,
    segment: t`segment`,
    includeBots: t`bots`,
  };
  const left = notHonoured.map((name) => names[name]).join(", ");
  return (
    <>
      {error && meta && (
        <Note
          icon={TriangleAlert}
          look="bad"
          role="alert"
          action={
            <Button size="small" onClick={onRetry}>
              {t`Retry`}
            </Button>
          }
        >
          {t`Could not refresh: ${error.message}`} <b className="font-medium">{t`Shown: ${age}.`}</b>
        </Note>
      )}
      {dirty > 0 && (
        <Note icon={Clock} look="info">
          {t`Filling ${some} of ${all} days; answers are exact, but slower.`}
        </Note>
      )}
      {left && <Note icon={ListFilter}>{t`Does not combine with this card: ${left}.`}</Note>}
      {unknown.map(({ field, value, nearest }) => (
        <Note key={`${field} ${value}`} icon={ListFilter} look="warn">
          {t`Nobody knows ${value}.`} {nearest[0] && t`Perhaps ${nearest[0].name ?? nearest[0].id}?`}
        </Note>
      ))}
    </>
  );
}

/** The shape of a card whose first answer is on the way. */
export function CardSkeleton({ height }: { height: number }) {
  const block = "bg-track block animate-pulse rounded-md";
  return (
    <div role="status" aria-label={t`Loading`} data-loading className="flex flex-col gap-2 pt-2">
      <span className={`${block} h-5 w-2/5`} />
      <span className={`${block} h-3 w-3/5`} />
      <span className={`${block} mt-2`} style={{ height }} />
    </div>
  );
}
