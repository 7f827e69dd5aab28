import { t } from "@lingui/core/macro";
import { useContext } from "react";
import { useFormat } from "@/lib/use-format";
import { CardSizeContext } from "./card-context";
import type { Twin } from "./content";

export interface TwinTableProps {
  twin: Twin;
  title: string;
  /** Whether it is only there to be read aloud, beside the chart. */
  isHidden?: boolean;
}

/** The numbers of a chart as a table. */
export function TwinTable({ twin, title, isHidden = false }: TwinTableProps) {
  const format = useFormat();
  const { isFull } = useContext(CardSizeContext);
  const [first, ...others] = twin.columns;
  const write = (cell: string | number) => (typeof cell === "number" ? format.exact(cell) : cell);
  return (
    // A table that scrolls is scrolled by keys, too.
    <section
      {...(!isHidden && { tabIndex: 0, "aria-label": t`${title} as a table` })}
      className={isHidden ? "sr-only" : isFull ? "overflow-auto" : "max-h-[28rem] overflow-auto"}
    >
      <table className="w-full text-xs">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr className="text-muted bg-card sticky top-0 h-8">
            <th scope="col" className="border-border border-b pe-2 text-start font-medium">
              {first}
            </th>
            {others.map((name) => (
              <th
                key={name}
                scope="col"
                className="border-border border-b px-1 text-end font-medium last:pe-0"
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {twin.rows.map(([name = "", ...cells], row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two rows may have one name
            <tr key={row} className="border-border h-9 border-b last:border-0">
              <th scope="row" className="max-w-40 truncate pe-2 text-start font-medium">
                {write(name)}
              </th>
              {cells.map((cell, place) => (
                <td key={others[place]} className="px-1 text-end whitespace-nowrap last:pe-0">
                  {write(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
