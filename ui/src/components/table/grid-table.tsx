import { t } from "@lingui/core/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef } from "react";
import { cn } from "@/lib/cn";
import type { Sort, TableColumn } from "./columns";
import type { DataTableProps } from "./data-table";

const ROW = 44;
/** Rows beyond those in sight. */
const OVERSCAN = 8;

/** A table that scrolls in its own frame. */
export function GridTable<Row>(props: Omit<DataTableProps<Row>, "total"> & { total: number }) {
  const { label, columns, rows, rowKey, sort, onSort, total, onMore, isFetchingMore, isStale } = props;
  const { isSortedHere, layout = "framed" } = props;
  const frame = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    // Before the frame is laid out, and where nothing is laid out.
    initialRect: { width: 1_000, height: 700 },
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const before = first?.start ?? 0;
  const after = last ? virtual.getTotalSize() - last.end : 0;
  const isAtEnd = last !== undefined && last.index >= rows.length - OVERSCAN;
  useEffect(() => {
    if (isAtEnd && !isFetchingMore) onMore?.();
  }, [isAtEnd, isFetchingMore, onMore]);
  const width = columns.reduce((sum, column, place) => sum + widthOf(column, place), 0);
  return (
    <section
      ref={frame}
      aria-label={label}
      // What scrolls is scrolled by keys, too.
      tabIndex={0}
      className={
        layout === "filling"
          ? "min-h-72 flex-1 overflow-auto"
          : "border-border bg-card rounded-card max-h-[min(44rem,calc(100vh-8rem))] overflow-auto border shadow-xs dark:shadow-none"
      }
    >
      <table
        aria-label={label}
        aria-rowcount={total + 1}
        aria-busy={isStale}
        className={cn("w-full table-fixed border-separate border-spacing-0", isStale && "opacity-50")}
        style={{ minWidth: width }}
      >
        <colgroup>
          {columns.map((column, place) => (
            <col key={column.id} style={{ width: widthOf(column, place) }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column, place) => (
              <HeadCell
                key={column.id}
                column={column}
                isFirst={place === 0}
                sortId={isSortedHere ? column.value && column.id : column.sort}
                sort={sort}
                onSort={onSort}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Spacer height={before} />}
          {items.map((item) => {
            const row = rows[item.index];
            return (
              row && (
                <tr key={rowKey(row)} aria-rowindex={item.index + 2} className="group h-11">
                  {columns.map((column, place) => (
                    <BodyCell key={column.id} column={column} row={row} isFirst={place === 0} />
                  ))}
                </tr>
              )
            );
          })}
          {after > 0 && <Spacer height={after} />}
        </tbody>
      </table>
      {isFetchingMore && <p className="text-muted p-3 text-xs">{t`More rows are on the way …`}</p>}
    </section>
  );
}

function widthOf<Row>(column: TableColumn<Row>, place: number): number {
  return column.width ?? (place === 0 ? 208 : column.isNumber ? 116 : 136);
}

function Spacer({ height }: { height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: no focus comes to a row
    <tr aria-hidden="true">
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}

interface HeadCellProps<Row> {
  column: TableColumn<Row>;
  isFirst: boolean;
  /** What sorting by it is called; absent where it cannot be sorted by. */
  sortId: string | undefined;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

function HeadCell<Row>({ column, isFirst, sortId, sort, onSort }: HeadCellProps<Row>) {
  const isSorted = sortId !== undefined && sort.by === sortId;
  const Arrow = sort.order === "asc" ? ArrowUp : ArrowDown;
  const first = column.isNumber ? "desc" : "asc";
  const turned = sort.order === "asc" ? "desc" : "asc";
  return (
    <th
      scope="col"
      {...(sortId && { "aria-sort": isSorted ? (`${sort.order}ending` as const) : "none" })}
      className={cn(
        "border-border bg-card text-muted sticky top-0 z-10 h-11 border-b px-3 text-xs font-medium whitespace-nowrap last:pe-6",
        column.isNumber ? "text-end" : "text-start",
        isFirst && "start-0 z-20 ps-4 sm:ps-6",
      )}
    >
      {sortId ? (
        <button
          type="button"
          onClick={() => onSort({ by: sortId, order: isSorted ? turned : first })}
          className={cn(
            "hover:text-foreground inline-flex min-h-6 items-center gap-1 font-medium",
            column.isNumber && "flex-row-reverse",
            isSorted && "text-foreground font-semibold",
          )}
        >
          {column.title}
          {isSorted && <Arrow aria-hidden="true" className="size-3" />}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

function BodyCell<Row>({ column, row, isFirst }: { column: TableColumn<Row>; row: Row; isFirst: boolean }) {
  const className = cn(
    "border-border group-hover:bg-hover border-b px-3 whitespace-nowrap group-last:border-0 last:pe-6",
    column.isNumber && "text-end",
    isFirst
      ? "bg-card sticky start-0 z-[5] truncate ps-4 sm:ps-6 text-start font-medium"
      : "overflow-hidden text-ellipsis",
  );
  return isFirst ? (
    <th scope="row" className={className}>
      {column.cell(row)}
    </th>
  ) : (
    <td className={className}>{column.cell(row)}</td>
  );
}
