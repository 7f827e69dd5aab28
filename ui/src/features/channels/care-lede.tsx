import { plural, t } from "@lingui/core/macro";
import { useAnswer } from "@/api/use-answer";
import { PageLede } from "@/components/layout/page-lede";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { listOf } from "./model";
import { channelsQueries } from "./queries";

/** What waits for somebody, in one sentence. */
export function CareLede() {
  const [scope] = useScope();
  const format = useFormat();
  const care = useAnswer(channelsQueries.care(scope, 12));
  const unanswered = useAnswer(channelsQueries.unanswered(scope));
  if (!care.data) return null;
  const { dying, dormant, orphan } = care.data.summary;
  const parts = [
    dying > 0 && plural(dying, { one: "one channel is dying", other: "# channels are dying" }),
    dormant > 0 && plural(dormant, { one: "one channel is silent", other: "# channels are silent" }),
    orphan > 0 && plural(orphan, { one: "one channel has no owner", other: "# channels have no owner" }),
  ].filter((part) => part !== false);
  const total = unanswered.data?.total ?? 0;
  const list = listOf(parts, format);
  return (
    <PageLede meta={care.data.meta}>
      <b>
        {parts.length === 0
          ? t`No channel needs anybody.`
          : `${list.charAt(0).toLocaleUpperCase(format.locale)}${list.slice(1)}.`}
      </b>{" "}
      {total > 0 &&
        plural(total, {
          one: "One message has waited for an answer for more than a day.",
          other: "# messages have waited for an answer for more than a day.",
        })}
    </PageLede>
  );
}
