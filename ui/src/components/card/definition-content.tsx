import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { ScanSearch } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Asked, fetchAnswer } from "@/api/answers";
import type { Explained, Meta } from "@/api/meta";
import { metricsQuery } from "@/api/metrics";
import { Button } from "@/components/ui/button";
import { daysOf } from "@/lib/format";
import { useScope } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { useFormat } from "@/lib/use-format";

interface ContentProps {
  meta: Meta;
  metrics: string[];
  asked: Asked;
}

/** What a number means, where it comes from, and the means to prove it. */
export function DefinitionContent({ meta, metrics, asked }: ContentProps) {
  const isShared = useShared() !== undefined;
  const known = useQuery(metricsQuery);
  const infos = metrics.flatMap((name) => known.data?.metrics.find((metric) => metric.name === name) ?? []);
  const definitions = infos.length > 0 ? infos : undefined;
  return (
    <div className="flex flex-col gap-3 px-4 pt-2 pb-4 sm:px-5">
      {definitions ? (
        definitions.map((info) => (
          <div key={info.name}>
            {definitions.length > 1 && (
              <p className="font-medium">
                {info.title} <span className="text-muted text-xs font-normal">{info.unit}</span>
              </p>
            )}
            <p>{info.definition}</p>
            <p className="bg-subtle text-muted mt-1.5 rounded-lg px-3 py-2 text-xs break-words">
              = {info.formula.text}
            </p>
          </div>
        ))
      ) : (
        <p>{meta.definition}</p>
      )}
      <Facts meta={meta} isAboutActivity={metrics.includes("activeUsers")} />
      {!isShared && (
        <>
          <Statements asked={asked} />
          <Proof asked={asked} />
        </>
      )}
    </div>
  );
}

/** The span, the zone and the source in words. */
function Facts({ meta, isAboutActivity }: { meta: Meta; isAboutActivity: boolean }) {
  const format = useFormat();
  const [scope] = useScope();
  const span = (from: string, to: string) => {
    const days = daysOf(from, to, meta.timezone);
    return days ? t`${format.day(days[0])} to ${format.day(days[1])}` : "–";
  };
  const zone = format.zone(meta.asOf);
  const { clean, dirty } = meta.ledger ?? { clean: 0, dirty: 0 };
  const source =
    meta.source === "raw"
      ? t`the events themselves`
      : meta.source === "rollup"
        ? t`rollups of whole days`
        : t`rollups of whole days, and events of the rest`;
  const days = format.exact(clean);
  const waiting = format.exact(dirty);
  const ledger = dirty > 0 ? t`${waiting} days wait to be filled` : t`${days} days filled, none waits`;
  const rows: [string, ReactNode][] = [
    [t`Period`, `${span(meta.from, meta.to)}, ${zone}`],
    [
      t`Against`,
      meta.previousFrom && meta.previousTo
        ? span(meta.previousFrom, meta.previousTo)
        : t`nothing is compared`,
    ],
    [t`Who counts`, scope.includeBots ? t`people and bots` : t`people; bots are left out`],
    ...(isAboutActivity
      ? [[t`In Slack`, t`28 days, and a person is active who reads or sends`] satisfies [string, string]]
      : []),
    [t`Source`, `${source}; ${ledger}`],
    [
      t`As of`,
      [
        format.clock(meta.asOf),
        meta.cached ? t`from the cache` : t`computed for this answer`,
        meta.approximate ? t`estimated from a sample` : t`not sampled`,
      ].join(", "),
    ],
  ];
  return (
    <dl className="grid grid-cols-[5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-xs">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The SQL of the answer, asked for when it is unfolded. */
function Statements({ asked }: { asked: Asked }) {
  const [isOpen, setOpen] = useState(false);
  const explained = useQuery({
    queryKey: [asked.address, asked.body, "explain"],
    queryFn: ({ signal }) =>
      fetchAnswer<{ explain?: Explained[] | null }>(asked, signal, { explain: "true" }),
    enabled: isOpen,
    retry: false,
  });
  return (
    <details className="text-xs" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-6 cursor-default py-1 font-medium">SQL</summary>
      {explained.isPending && <p className="text-muted">{t`Asking …`}</p>}
      {explained.error && <p className="text-muted">{t`This answer is not explained by SQL.`}</p>}
      {explained.data?.explain?.map((statement) => (
        <div key={statement.name} className="mt-2">
          <p className="text-muted">
            {statement.name} · {statement.rollups.join(", ") || statement.source}
          </p>
          <pre className="bg-subtle mt-1 max-h-48 overflow-auto rounded-lg p-3 font-mono text-xs">
            {statement.sql}
          </pre>
        </div>
      ))}
    </details>
  );
}

/** Asks the events themselves, and says whether they give the same. */
function Proof({ asked }: { asked: Asked }) {
  const format = useFormat();
  const proof = useQuery({
    queryKey: [asked.address, asked.body, "raw"],
    queryFn: ({ signal }) => fetchAnswer<{ meta: Meta }>(asked, signal, { source: "raw" }),
    enabled: false,
    retry: false,
  });
  const timing = proof.data?.meta.timing;
  const milliseconds = (value: number) => format.exact(Math.round(value));
  const [raw, rollup] = [milliseconds(timing?.rawMs ?? 0), milliseconds(timing?.rollupMs ?? 0)];
  return (
    <div className="border-border -mx-4 flex flex-wrap items-center gap-3 border-t px-4 pt-3 sm:-mx-5 sm:px-5">
      <Button look="primary" size="small" disabled={proof.isFetching} onClick={() => void proof.refetch()}>
        <ScanSearch aria-hidden="true" />
        {t`Prove it`}
      </Button>
      <p className="text-muted flex-1 text-xs" aria-live="polite">
        {proof.isFetching
          ? t`Asking the events themselves …`
          : proof.error
            ? proof.error.message
            : timing
              ? timing.equal
                ? t`The events give the same: ${raw} ms from them, ${rollup} ms from rollups.`
                : t`The events give another answer; those that came in between may be why.`
              : proof.data
                ? t`This answer always comes from the events.`
                : t`Counts the events themselves and compares.`}
      </p>
    </div>
  );
}
