import { plural, t } from "@lingui/core/macro";
import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { PageLink } from "@/components/layout/page-link";
import { Initials } from "@/components/ui/initials";
import { channelTitle } from "@/lib/channel-title";
import { roughDuration } from "@/lib/rough-duration";
import type { Scope } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { channelsQueries, type Newcomers, type Unanswered } from "./queries";

interface WaitingProps {
  name: string;
  title: string;
  place: ReactNode;
  wait: string;
  isNewcomer?: boolean;
  /** The message in the chat, where the chat's address is known. */
  link?: string | null | undefined;
}

/** Somebody who waits: who, where, and for how long. */
function Waiting({ name, title, place, wait, isNewcomer = false, link }: WaitingProps) {
  return (
    <li className="flex items-center gap-3 py-2.5">
      <Initials name={name} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{title}</p>
        <p className="text-muted truncate text-xs">{place}</p>
      </div>
      <div className="text-end whitespace-nowrap">
        <b className="font-semibold">{wait}</b>
        {isNewcomer && <p className="text-primary text-xs">{t`newcomer`}</p>}
      </div>
      {link && (
        <a href={link} aria-label={t`Open in chat`} className="text-muted hover:text-foreground">
          <ExternalLink aria-hidden="true" className="size-4" />
        </a>
      )}
    </li>
  );
}

/** Says what the number counts, and how many more may come to it. */
function waitingSentence({ waiting }: Unanswered): string {
  const counted = t`Messages that began something and that nobody else answered within a day.`;
  if (waiting === 0) return counted;
  const more = plural(waiting, { one: "One more is younger.", other: "# more are younger." });
  return `${counted} ${more}`;
}

/** Messages that nobody answered, those of newcomers first. */
export function UnansweredCard(props: { scope: Scope; className: string; isOfOneChannel?: boolean }) {
  const { scope, className, isOfOneChannel = false } = props;
  const format = useFormat();
  const answer = useAnswer(channelsQueries.unanswered(scope));
  return (
    <Card
      id="unanswered"
      title={t`Unanswered`}
      answer={answer}
      metrics={["messages"]}
      table="unanswered"
      className={className}
      content={(data: Unanswered) => {
        return {
          figure: { value: data.total, of: data.starters },
          caption: waitingSentence(data),
          empty:
            data.total === 0
              ? { title: t`Nothing waits`, text: t`Everything was answered within a day, or is younger.` }
              : undefined,
          body: (
            <ul className="divide-border -mt-2 divide-y">
              {data.unanswered.map((row) => {
                const author = row.authorName ?? row.authorId ?? t`somebody`;
                const day = format.shortDay(row.askedAt);
                const what = row.isQuestion ? t`question of ${day}` : day;
                return (
                  <Waiting
                    key={row.messageId ?? row.askedAt}
                    name={author}
                    title={author}
                    place={
                      isOfOneChannel ? (
                        what
                      ) : (
                        <>
                          <PageLink
                            to="/channels/$id"
                            params={{ id: row.channelId ?? "" }}
                            className="hover:underline"
                          >
                            {channelTitle(row.channelName ?? row.channelId ?? "")}
                          </PageLink>{" "}
                          · {what}
                        </>
                      )
                    }
                    wait={roughDuration(row.waitSeconds, format)}
                    isNewcomer={row.isNewcomer === true}
                    link={row.link}
                  />
                );
              })}
            </ul>
          ),
        };
      }}
      footnote={t`texts are not kept`}
    />
  );
}

/** People who are new and have no reply yet. */
export function NewcomersCard({ scope, className }: { scope: Scope; className: string }) {
  const format = useFormat();
  const waiting = useAnswer(channelsQueries.newcomers(scope, "waiting"));
  const never = useAnswer(channelsQueries.newcomers(scope, "unanswered"));
  return (
    <Card
      id="newcomers"
      title={t`Waiting newcomers`}
      answer={waiting}
      className={className}
      height={120}
      content={(data: Newcomers) => {
        const { summary, meta } = data;
        const open = summary.waiting + summary.unanswered;
        const rows = [...(never.data?.newcomers ?? []), ...data.newcomers];
        const median = summary.medianWaitSeconds;
        const usual = median == null ? undefined : format.duration(median);
        const joined = format.figure(summary.newcomers);
        return {
          figure: { value: open, unit: t`of ${joined} who joined in this time` },
          caption: usual ? t`Half of the first replies came within ${usual}.` : undefined,
          empty:
            open === 0
              ? {
                  title: t`No newcomer waits`,
                  ...(usual && { text: t`Half of the first replies came within ${usual}.` }),
                }
              : undefined,
          body: (
            <ul className="divide-border -mt-2 divide-y">
              {rows.map((row) => {
                const first = row.firstMessageAt ? format.day(row.firstMessageAt) : "–";
                const since = row.firstMessageAt
                  ? (Date.parse(meta.asOf) - Date.parse(row.firstMessageAt)) / 1_000
                  : 0;
                return (
                  <Waiting
                    key={row.userId}
                    name={row.name ?? row.userId}
                    title={row.name ?? row.userId}
                    place={`${channelTitle(row.channelName ?? row.channelId ?? "")} · ${first}`}
                    wait={roughDuration(row.waitSeconds ?? since, format)}
                  />
                );
              })}
            </ul>
          ),
        };
      }}
    />
  );
}
