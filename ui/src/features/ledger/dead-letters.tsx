import { plural, t } from "@lingui/core/macro";
import { CircleCheck } from "lucide-react";
import { useRows } from "@/api/use-rows";
import { Panel } from "@/components/card/panel";
import { Button } from "@/components/ui/button";
import { dateIn } from "@/lib/plain-date";
import { DEFAULT_SCOPE } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import type { DeadLetter } from "./queries";

type Page = { deadLetters: Record<string, unknown>[]; total: number };
const rowsOf = (page: Page) => page.deadLetters as unknown as DeadLetter[];
const totalOf = (page: Page) => page.total;

/** What was sent and could not be accepted, with the reason. */
export function DeadLetters() {
  const format = useFormat();
  const list = useRows("dead-letters", DEFAULT_SCOPE, {}, { rows: rowsOf, total: totalOf, size: 20 });
  const total = list.total ?? 0;
  const caption = plural(total, {
    0: "Everything that was sent could be accepted.",
    one: "One thing that was sent could not be accepted.",
    other: "# things that were sent could not be accepted.",
  });
  return (
    <Panel
      title={t`Dead letters`}
      answer={list.answer}
      caption={caption}
      className="lg:col-span-6"
      height={80}
    >
      {total === 0 ? (
        <p className="text-muted flex items-center gap-2 py-2">
          <CircleCheck aria-hidden="true" className="text-good size-4 shrink-0" />
          {t`Nothing to look at.`}
        </p>
      ) : (
        <ul className="divide-border divide-y">
          {list.rows.map((letter) => (
            <li key={letter.id} className="py-2.5">
              <details>
                <summary className="cursor-pointer">
                  <b className="font-medium">{letter.reason}</b>{" "}
                  <span className="text-muted text-xs">
                    {letter.code} · {letter.source} ·{" "}
                    {format.shortDay(dateIn(letter.receivedAt, format.timezone))}{" "}
                    {format.clock(letter.receivedAt)}
                  </span>
                </summary>
                <pre className="bg-subtle rounded-control mt-2 max-h-48 overflow-auto p-3 text-xs whitespace-pre-wrap">
                  {letter.body}
                </pre>
              </details>
            </li>
          ))}
        </ul>
      )}
      {list.more && (
        <Button size="small" className="mt-3 self-start" onClick={list.more} disabled={list.isFetchingMore}>
          {t`Show more`}
        </Button>
      )}
    </Panel>
  );
}
