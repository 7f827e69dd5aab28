import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { RowBars } from "@/components/charts/row-bars";
import { Sankey } from "@/components/charts/sankey";
import { type Column, SmallTable } from "@/components/table/small-table";
import { useKindName } from "@/lib/kinds";
import { useFormat } from "@/lib/use-format";
import { useChangeView, useView } from "@/lib/view";
import { KindMenu } from "./kind-menu";
import { drawnLinks, flowFacts } from "./model";
import type { Journeys } from "./queries";

/** Where sessions go: as a flow, as a table of paths, and how they begin and end. */
export function FlowTab({ answer }: { answer: Answer<Journeys> }) {
  const [start] = useView("start");
  const [end] = useView("end");
  const change = useChangeView();
  return (
    <>
      <div className="flex flex-wrap gap-2 lg:col-span-12">
        <KindMenu
          label={t`Start at`}
          any={t`anything`}
          value={start}
          onChange={(kind) => change({ start: kind })}
        />
        <KindMenu
          label={t`End at`}
          any={t`anything`}
          value={end}
          onChange={(kind) => change({ end: kind })}
        />
      </div>
      <FlowCard answer={answer} />
      <PathsCard answer={answer} />
      <div className="flex flex-col gap-4 lg:col-span-6">
        <EndsCard answer={answer} id="entries" title={t`How sessions begin`} rows={(data) => data.entries} />
        <EndsCard answer={answer} id="exits" title={t`How sessions end`} rows={(data) => data.exits} />
      </div>
    </>
  );
}

function FlowCard({ answer }: { answer: Answer<Journeys> }) {
  const format = useFormat();
  const kindName = useKindName();
  const name = (kind: string | null | undefined) => (kind == null ? t`others` : kindName(kind));
  return (
    <Card
      id="flow"
      title={t`Where a session goes`}
      answer={answer}
      table="links"
      height={420}
      className="lg:col-span-12"
      content={(data) => {
        const facts = flowFacts(data);
        const { links, least } = drawnLinks(data);
        const sentence = (of: NonNullable<typeof facts>) => {
          const first = name(of.first.eventType);
          const share = format.percent(of.first.percent);
          const start = t`${share} of sessions begin with ${first}`;
          if (!of.second) return `${start}.`;
          const second = name(of.second.eventType);
          const onward = format.percent(of.second.percent);
          return t`${start}; of these ${onward} go on with ${second}.`;
        };
        const caption = facts ? sentence(facts) : "";
        const all = format.exact(data.matched);
        const fewest = format.exact(least);
        const names = new Map(data.nodes.map((node) => [node.id, name(node.eventType)]));
        return {
          caption,
          empty:
            data.matched === 0
              ? {
                  title: t`No session has such a path`,
                  text: t`Choose another start or end, or a longer period.`,
                }
              : undefined,
          twin: {
            columns: [t`From`, t`To`, t`Step`, t`Sessions`],
            rows: data.links.map((link) => [
              names.get(link.source) ?? link.source,
              names.get(link.target) ?? link.target,
              String(Number.parseInt(link.source, 10)),
              link.sessions,
            ]),
          },
          body: (
            <>
              <Sankey
                nodes={data.nodes.map((node) => ({
                  id: node.id,
                  step: node.step,
                  name: name(node.eventType),
                  value: node.sessions,
                  isRest: node.eventType == null,
                }))}
                links={links.map((link) => ({ ...link, value: link.sessions }))}
                unit={t`sessions`}
                stepName={(step) => (step === 1 ? t`Start` : t`Step ${step}`)}
                endName={t`end here`}
                caption={caption}
                format={format.exact}
              />
              <p className="text-muted mt-3 text-xs">
                {t`${all} sessions; repeats of a step are one; flows of fewer than ${fewest} sessions are not drawn.`}
              </p>
            </>
          ),
        };
      }}
    />
  );
}

function PathsCard({ answer }: { answer: Answer<Journeys> }) {
  const format = useFormat();
  const kindName = useKindName();
  type Row = Journeys["paths"][number];
  const columns: Column<Row>[] = [
    {
      name: t`Path`,
      cell: (row) => (
        <span className="block py-2 font-normal whitespace-normal">
          {row.steps.map((step, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
            <span key={place}>
              {place > 0 && <span className="text-muted"> → </span>}
              {kindName(step)}
            </span>
          ))}
        </span>
      ),
    },
    { name: t`Sessions`, isNumber: true, cell: (row) => format.exact(row.sessions) },
    { name: t`Share`, isNumber: true, cell: (row) => (row.share == null ? "–" : format.percent(row.share)) },
  ];
  return (
    <Card
      id="paths"
      title={t`Top paths`}
      answer={answer}
      table="paths"
      height={420}
      className="lg:col-span-6"
      content={({ paths, differentPaths }) => {
        const all = format.exact(differentPaths);
        return {
          caption: t`${all} different paths of at most 6 steps.`,
          empty: paths.length === 0 ? { title: t`No paths in this time` } : undefined,
          body: (
            <SmallTable
              label={t`Top paths`}
              columns={columns}
              rows={paths}
              rowKey={(row) => row.steps.join(" ")}
            />
          ),
        };
      }}
    />
  );
}

interface EndsCardProps {
  answer: Answer<Journeys>;
  id: "entries" | "exits";
  title: string;
  rows: (data: Journeys) => Journeys["entries"];
}

function EndsCard({ answer, id, title, rows }: EndsCardProps) {
  const format = useFormat();
  const kindName = useKindName();
  return (
    <Card
      id={id}
      title={title}
      answer={answer}
      table={id}
      height={240}
      content={(data) => {
        const list = rows(data).slice(0, 8);
        const [first] = list;
        const kind = first ? kindName(first.eventType) : "";
        const written = (share: number | null | undefined) => (share == null ? "–" : format.percent(share));
        const share = first ? written(first.share) : "";
        const caption = first ? t`Most with ${kind}: ${share} of all sessions.` : "";
        return {
          caption,
          empty: list.length === 0 ? { title: t`No sessions in this time` } : undefined,
          twin: {
            columns: [t`Kind`, t`Sessions`, t`Share`],
            rows: rows(data).map((row) => [kindName(row.eventType), row.sessions, written(row.share)]),
          },
          body: (
            <RowBars
              rows={list.map((row) => ({
                key: row.eventType,
                name: kindName(row.eventType),
                values: [row.sessions],
                note: written(row.share),
              }))}
              series={[t`sessions`]}
              caption={caption}
              format={format.exact}
            />
          ),
        };
      }}
    />
  );
}
