import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { Panel } from "@/components/card/panel";
import { SmallTable } from "@/components/table/small-table";
import { Badge } from "@/components/ui/badge";
import { ConfirmButton } from "@/components/ui/confirm-button";
import { ago } from "@/lib/format";
import { dateIn } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { keyState } from "./model";
import { NewKeyDialog } from "./new-key-dialog";
import { endSession, type Key, revokeKey, settingsQueries } from "./queries";

/** Keys for scripts and collectors, and who is signed in. */
export function KeysTab({ keys }: { keys: Key[] }) {
  const format = useFormat();
  const now = Date.now();
  const holding = keys.filter((key) => keyState(key, now) === "holds");
  const unused = holding.filter((key) => key.lastUsedAt === null).length;
  const day = (instant: string | null, none: string) =>
    instant ? format.shortDay(dateIn(instant, format.timezone)) : none;
  const first = plural(holding.length, { 0: "No key holds.", one: "One key holds.", other: "# keys hold." });
  const second = plural(unused, { one: "One of them was never used.", other: "# of them were never used." });
  const access = { admin: t`everything`, read: t`numbers`, write: t`send events` };
  const states = { holds: t`holds`, expired: t`expired`, revoked: t`revoked` };
  return (
    <>
      <Panel title={t`Keys`} caption={unused > 0 ? `${first} ${second}` : first} tools={<NewKeyDialog />}>
        <SmallTable
          label={t`Keys`}
          rows={keys}
          rowKey={(key) => key.id}
          columns={[
            {
              name: t`Name`,
              cell: (key) => (
                <span className="block min-w-0 py-2">
                  <span className="block truncate">{key.name}</span>
                  <span className="text-muted block truncate text-xs font-normal">
                    {[...key.kinds, ...key.origins].join(", ") || key.id}
                  </span>
                </span>
              ),
            },
            { name: t`May`, cell: (key) => access[key.access] ?? key.access },
            {
              name: t`State`,
              isWide: true,
              cell: (key) => {
                const state = keyState(key, now);
                return <Badge look={state === "holds" ? "good" : "plain"}>{states[state]}</Badge>;
              },
            },
            { name: t`Made`, isNumber: true, isWide: true, cell: (key) => day(key.createdAt, "–") },
            { name: t`Expires`, isNumber: true, isWide: true, cell: (key) => day(key.expiresAt, t`never`) },
            {
              name: t`Last used`,
              isNumber: true,
              isWide: true,
              cell: (key) =>
                key.lastUsedAt ? ago(format.locale, (now - Date.parse(key.lastUsedAt)) / 1_000) : t`never`,
            },
            {
              name: t`Actions`,
              isNumber: true,
              cell: (key) =>
                keyState(key, now) === "holds" && (
                  <ConfirmButton
                    verb={t`Revoke`}
                    title={t`Revoke ${key.name}`}
                    consequence={t`Whatever uses this key is refused from now on, and its sessions end. This cannot be taken back.`}
                    done={t`Key revoked`}
                    onConfirm={() => revokeKey(key.id)}
                  />
                ),
            },
          ]}
        />
      </Panel>
      <Sessions />
    </>
  );
}

/** Who is signed in on the pages. */
function Sessions() {
  const format = useFormat();
  const { data } = useQuery(settingsQueries.sessions());
  if (!data) return null;
  const { sessions } = data;
  const count = plural(sessions.length, { one: "One session is open.", other: "# sessions are open." });
  return (
    <Panel title={t`Signed in`} caption={count}>
      <SmallTable
        label={t`Signed in`}
        rows={sessions}
        rowKey={(session) => session.id}
        columns={[
          { name: t`Name`, cell: (session) => session.name },
          { name: t`Address`, isWide: true, cell: (session) => session.address },
          {
            name: t`Seen`,
            isNumber: true,
            cell: (session) => ago(format.locale, (Date.now() - Date.parse(session.seenAt)) / 1_000),
          },
          {
            name: t`Actions`,
            isNumber: true,
            cell: (session) =>
              session.isCurrent ? (
                <Badge>{t`this one`}</Badge>
              ) : (
                <ConfirmButton
                  verb={t`End`}
                  title={t`End the session of ${session.name}`}
                  consequence={t`They have to sign in again.`}
                  done={t`Session ended`}
                  onConfirm={() => endSession(session.id)}
                />
              ),
          },
        ]}
      />
    </Panel>
  );
}
