import { t } from "@lingui/core/macro";
import { useNavigate } from "@tanstack/react-router";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Interval } from "@/components/charts/interval";
import { channelTitle } from "@/lib/channel-title";
import { roughDuration } from "@/lib/rough-duration";
import { type Search, travelling } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { including } from "./channel-model";
import type { ResponseTimes } from "./queries";

/** From ten seconds to a week; what is shorter or longer stands at the end. */
const DOMAIN: [number, number] = [10, 604_800];
const TICKS = [60, 3_600, 86_400];
/** Fewer replies say little about how soon a channel answers. */
const ENOUGH = 10;

type Channel = Omit<ResponseTimes["rows"][number], "key" | "name"> & { key: string; name: string };

/** Rows are by channel; one without an identifier would be of no channel. */
function channelsOf(data: ResponseTimes): Channel[] {
  return data.rows.flatMap((row) =>
    row.key == null ? [] : [{ ...row, key: row.key, name: row.name ?? row.key }],
  );
}

export interface ResponseCardProps {
  answer: Answer<ResponseTimes>;
  /** The channel that has to be among the rows. */
  own?: string;
  /** How many channels are shown. */
  most: number;
  className: string;
}

/** How soon channels answer: half of the replies, and nine of ten, on an axis from seconds to days. */
export function ResponseCard({ answer, own, most, className }: ResponseCardProps) {
  const format = useFormat();
  const navigate = useNavigate();
  const rough = (seconds: number) => roughDuration(seconds, format);
  const sentence = (rows: Channel[]): string | undefined => {
    const row = own === undefined ? rows[0] : rows.find((one) => one.key === own);
    if (row?.p50Seconds == null || row.p90Seconds == null) return undefined;
    const [half, nine] = [rough(row.p50Seconds), rough(row.p90Seconds)];
    if (own !== undefined) return t`Half of the replies come within ${half}, nine of ten within ${nine}.`;
    const name = channelTitle(row.name);
    return t`${name} answers soonest: half of the replies come within ${half}, nine of ten within ${nine}.`;
  };
  return (
    <Card
      id="response"
      title={t`How fast people answer`}
      answer={answer}
      table="rows"
      height={280}
      className={className}
      footnote={t`axis in powers of ten; channels with at least ten replies`}
      content={(data) => {
        const known = channelsOf(data)
          .filter((row) => row.p50Seconds != null && (row.count >= ENOUGH || row.key === own))
          .toSorted((one, other) => (one.p50Seconds ?? 0) - (other.p50Seconds ?? 0));
        const rows = own === undefined ? known.slice(0, most) : including(known, own, most);
        const caption = sentence(known);
        return {
          caption,
          empty:
            rows.length === 0
              ? { title: t`Too few replies`, text: t`A median needs at least ten of them in this time.` }
              : undefined,
          twin: {
            columns: [t`Channel`, t`Replies`, t`Half within`, t`Nine of ten within`],
            rows: known.map((row) => [
              channelTitle(row.name),
              format.exact(row.count),
              row.p50Seconds == null ? "–" : rough(row.p50Seconds),
              row.p90Seconds == null ? "–" : rough(row.p90Seconds),
            ]),
          },
          body: (
            <Interval
              caption={caption ?? t`How fast people answer`}
              format={rough}
              names={{ low: t`half within`, mid: t`half within`, high: t`nine of ten within` }}
              domain={DOMAIN}
              scale="log"
              ticks={TICKS}
              nameWidth={132}
              rows={rows.map((row) => ({
                key: row.key,
                name: channelTitle(row.name),
                low: row.p50Seconds ?? null,
                mid: row.p50Seconds ?? null,
                high: row.p90Seconds ?? null,
              }))}
              onOpen={(place) => {
                const id = rows[place]?.key;
                if (!id || id === own) return;
                void navigate({
                  to: "/channels/$id",
                  params: { id },
                  search: ((old: Search) => travelling(old)) as never,
                });
              }}
            />
          ),
        };
      }}
    />
  );
}
