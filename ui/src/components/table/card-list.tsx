import { t } from "@lingui/core/macro";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import type { DataTableProps } from "./data-table";

const ROW = 64;
const OVERSCAN = 6;

/** The rows of a table as cards under each other, for phones: name, what stands at the end, what stands below. */
export function CardList<Row>(props: Omit<DataTableProps<Row>, "total"> & { total: number }) {
  const { label, columns, rows, rowKey, total, onMore, isFetchingMore, isStale } = props;
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    scrollMargin: top,
    initialRect: { width: 390, height: 800 },
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1);
  const isAtEnd = last !== undefined && last.index >= rows.length - OVERSCAN;
  useEffect(() => {
    if (isAtEnd && !isFetchingMore) onMore?.();
  }, [isAtEnd, isFetchingMore, onMore]);
  const [name, ...others] = columns;
  const [ends, belows] = [
    others.filter((column) => column.card === "end"),
    others.filter((column) => column.card === "below"),
  ];
  return (
    <>
      <ul
        ref={list}
        aria-label={label}
        aria-busy={isStale}
        className={cn("border-border bg-card rounded-card relative border", isStale && "opacity-50")}
        style={{ height: virtual.getTotalSize() + 2 }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <li
                key={rowKey(row)}
                ref={virtual.measureElement}
                data-index={item.index}
                aria-setsize={total}
                aria-posinset={item.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start - top}px)` }}
              >
                <div
                  className={cn(
                    "border-border mx-4 grid min-h-16 grid-cols-[minmax(0,1fr)_auto] content-center gap-x-3 gap-y-0.5 py-2.5",
                    item.index > 0 && "border-t",
                  )}
                >
                  <div className="min-w-0 truncate font-medium">{name?.cell(row)}</div>
                  <CardCell column={ends[0]} row={row} />
                  <div className="text-muted min-w-0 text-xs">
                    {belows.map((column) => (
                      <span key={column.id} className="me-2">
                        {column.cell(row)}
                      </span>
                    ))}
                  </div>
                  <CardCell column={ends[1]} row={row} />
                </div>
              </li>
            )
          );
        })}
      </ul>
      {isFetchingMore && <p className="text-muted p-3 text-xs">{t`More rows are on the way …`}</p>}
    </>
  );
}

function CardCell<Row>({
  column,
  row,
}: {
  column: DataTableProps<Row>["columns"][number] | undefined;
  row: Row;
}) {
  if (!column) return <span />;
  return (
    <span className="text-muted text-end text-xs whitespace-nowrap">
      {column.title} <span className="text-foreground">{column.cell(row)}</span>
    </span>
  );
}
