import { t } from "@lingui/core/macro";
import { Change } from "@/components/card/change";
import { MiniBars } from "@/components/charts/mini-bars";
import { PageLink } from "@/components/layout/page-link";
import type { TableColumn } from "@/components/table/columns";
import { Meter } from "@/components/table/meter";
import { Badge } from "@/components/ui/badge";
import { Initials } from "@/components/ui/initials";
import type { Format } from "@/lib/format";
import { changeOf } from "./model";
import type { Person } from "./queries";

/** Returns the words for levels, which are no judgement. */
export function levelNames(): Record<string, string> {
  return { low: t`low`, medium: t`medium`, high: t`high` };
}

/** Returns the words for how people stand to the span before. */
export function lifecycleNames(): Record<string, string> {
  return { new: t`new`, kept: t`kept`, returning: t`returning`, churned: t`gone` };
}

/** Returns the words for the roles of the chat; others stay as they are. */
export function roleNames(): Record<string, string> {
  return {
    owner: t`owner`,
    admin: t`admin`,
    moderator: t`moderator`,
    member: t`member`,
    guest: t`guest`,
  };
}

/** The columns of the list of people. `asOf` says what "today" is. */
export function peopleColumns(format: Format, asOf: string): TableColumn<Person>[] {
  const muted = (text: string | null | undefined) => <span className="text-muted">{text ? text : "–"}</span>;
  const number = (
    id: string,
    title: string,
    value: (row: Person) => number | null,
    more: Partial<TableColumn<Person>> = {},
  ): TableColumn<Person> => ({
    id,
    title,
    sort: id,
    isNumber: true,
    width: 80,
    cell: (row) => {
      const at = value(row);
      return at === null ? "–" : format.exact(at);
    },
    ...more,
  });
  const date = (
    id: string,
    title: string,
    value: (row: Person) => string | null | undefined,
    more: Partial<TableColumn<Person>> = {},
  ): TableColumn<Person> => ({
    id,
    title,
    sort: id,
    isNumber: true,
    width: 112,
    cell: (row) => {
      const at = value(row);
      return <span className="text-muted text-xs">{at ? format.last(at, asOf) : "–"}</span>;
    },
    ...more,
  });
  const words = { levels: levelNames(), lifecycles: lifecycleNames(), roles: roleNames() };
  return [
    {
      id: "name",
      title: t`Name`,
      sort: "name",
      width: 184,
      cell: (row) => (
        <span className="flex min-w-0 items-center gap-2">
          <Initials name={row.displayName} />
          <PageLink to="/users/$id" params={{ id: row.userId }} className="truncate hover:underline">
            {row.displayName}
          </PageLink>
          {row.isDeactivated && <Badge>{t`deactivated`}</Badge>}
        </span>
      ),
    },
    {
      id: "role",
      title: t`Role`,
      sort: "role",
      width: 96,
      cell: (row) => muted(row.role && (words.roles[row.role] ?? row.role)),
    },
    number("messages", t`Messages`, (row) => row.messageCount, { card: "end", width: 84 }),
    number("reactions", t`Reactions`, (row) => row.reactions, { width: 84 }),
    number("files", t`Files`, (row) => row.files, { width: 56 }),
    number("channels", t`Channels`, (row) => row.channelsActive),
    number("daysActive", t`Days`, (row) => row.daysActive, { width: 56 }),
    {
      id: "engagement",
      title: t`Score`,
      sort: "engagement",
      width: 172,
      card: "below",
      cell: (row) => (
        <span className="inline-flex items-center gap-1.5">
          <Meter percent={row.engagementScore} />
          <b className="text-foreground w-6 text-end font-semibold">{format.exact(row.engagementScore)}</b>
          <span className="text-muted text-xs">{words.levels[row.engagementLevel]}</span>
        </span>
      ),
    },
    {
      id: "series",
      title: t`Over time`,
      width: 80,
      cell: (row) => <MiniBars width={56} values={(row.series ?? []).map((bucket) => bucket.count)} />,
    },
    date("lastActive", t`Last active`, (row) => row.lastActive, { card: "end" }),
    {
      id: "change",
      title: t`Against before`,
      isNumber: true,
      isOptional: true,
      width: 128,
      cell: (row) => <Change percent={changeOf(row)} />,
    },
    {
      id: "lifecycle",
      title: t`Since before`,
      sort: "lifecycle",
      width: 104,
      isOptional: true,
      cell: (row) => muted(row.lifecycle && words.lifecycles[row.lifecycle]),
    },
    date("signedUpAt", t`Joined`, (row) => row.signedUpAt, { isOptional: true }),
    date("firstSeen", t`First seen`, (row) => row.firstSeen, { isOptional: true }),
    {
      id: "email",
      title: t`E-mail`,
      isOptional: true,
      width: 220,
      cell: (row) => muted(row.email),
    },
  ];
}
