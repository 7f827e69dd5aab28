import { plural } from "@lingui/core/macro";
import type { Finding } from "@/api/imports";
import { useFormat } from "@/lib/use-format";

/** What could not be stored as it is written, behind a line that says how much that is. */
export function Findings({ findings }: { findings: Finding[] }) {
  const format = useFormat();
  if (findings.length === 0) return null;
  const lost = findings.filter((finding) => finding.isLoss).reduce((sum, { count }) => sum + count, 0);
  const changed = findings.filter((finding) => !finding.isLoss).reduce((sum, { count }) => sum + count, 0);
  const title = [
    lost > 0 && plural(lost, { one: "One entry is left out", other: "# entries are left out" }),
    changed > 0 && plural(changed, { one: "one value is changed", other: "# values are changed" }),
  ];
  return (
    <details>
      <summary className="cursor-pointer font-medium">{title.filter(Boolean).join(", ")}</summary>
      <ul className="divide-border mt-2 divide-y text-xs">
        {findings.map((finding) => (
          <li key={finding.code} className="py-2" lang="en">
            <b className="font-semibold">{format.exact(finding.count)}</b> <code>{finding.code}</code>
            {finding.message && <p>{finding.message}</p>}
            {finding.places.length > 0 && (
              <p className="text-muted break-words">{finding.places.join(", ")}</p>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
