import { t } from "@lingui/core/macro";
import { useNavigate } from "@tanstack/react-router";
import { Globe, History, Snowflake, TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Note } from "@/components/ui/note";
import { useReadScope } from "@/lib/scope";
import { type ScopeChange, type Search, withScope } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";

/** What is unusual about how the page is asked: another zone, a frozen moment, an address that was not understood. */
export function PageNotes({
  reporting,
  onChange,
}: {
  reporting: string;
  onChange: (change: ScopeChange) => void;
}) {
  const { scope, ignored } = useReadScope();
  const format = useFormat();
  const navigate = useNavigate();
  const names = ignored.join(", ");
  const at = scope.asOf ? `${format.day(format.dateOf(scope.asOf))}, ${format.clock(scope.asOf)}` : "";
  const isOtherZone = scope.tz !== undefined && scope.tz !== reporting;
  const clean = () =>
    void navigate({ to: ".", search: ((old: Search) => withScope(old, scope)) as never, replace: true });
  return (
    <>
      {ignored.length > 0 && (
        <Note
          icon={TriangleAlert}
          look="warn"
          role="status"
          action={<Button size="small" onClick={clean}>{t`Remove`}</Button>}
        >
          {t`The address has something that is not understood, and was left out: ${names}.`}
        </Note>
      )}
      {isOtherZone && (
        <Note
          icon={Globe}
          action={
            <Button size="small" onClick={() => onChange({ tz: undefined })}>
              {t`Back to ${reporting}`}
            </Button>
          }
        >
          {t`Days and hours are those of ${scope.tz ?? ""}. Answers come from the events, and take longer.`}
        </Note>
      )}
      {scope.asOf && (
        <Note
          icon={Snowflake}
          look="info"
          action={
            <Button size="small" onClick={() => onChange({ asOf: undefined })}>
              <History aria-hidden="true" />
              {t`Back to now`}
            </Button>
          }
        >
          {t`Frozen at ${at}. Events that arrive late for this time still count.`}
        </Note>
      )}
    </>
  );
}
