import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export interface Column<Row> {
  name: string;
  /** Whether it holds numbers, which stand at the end. */
  isNumber?: boolean;
  /** Left out on narrow screens. */
  isWide?: boolean;
  cell: (row: Row) => ReactNode;
}

/** A short table inside a card; its first column names the row. */
export function SmallTable<Row>({
  columns,
  rows,
  rowKey,
  label,
}: {
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  label: string;
}) {
  const cellClass = (column: Column<Row>) =>
    cn(column.isNumber ? "text-end" : "text-start", column.isWide && "max-sm:hidden");
  return (
    // On the narrowest screens it scrolls by itself.
    <div className="overflow-x-auto">
      <table className="w-full" aria-label={label}>
        <thead>
          <tr className="text-muted h-8 text-xs">
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={cn("px-1.5 font-medium whitespace-nowrap first:ps-0 last:pe-0", cellClass(column))}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-border h-10 border-t">
              {columns.map((column, place) =>
                place === 0 ? (
                  // Takes what the others leave, and is cut off there.
                  <th
                    key={column.name}
                    scope="row"
                    className="w-full max-w-0 min-w-24 truncate pe-2 text-start font-medium"
                  >
                    {column.cell(row)}
                  </th>
                ) : (
                  <td
                    key={column.name}
                    className={cn("px-1.5 whitespace-nowrap last:pe-0", cellClass(column))}
                  >
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
