import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import { useIsNarrow } from "@/lib/use-size";
import { CardList } from "./card-list";
import type { Sort, TableColumn } from "./columns";
import { compareValues } from "./compare";
import { GridTable } from "./grid-table";

export interface DataTableProps<Row> {
  /** What the table lists, read as its name. */
  label: string;
  columns: TableColumn<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** From `useSort()`. */
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** Whether all rows are here and sorted here, by the `value` of columns; else the API sorts. */
  isSortedHere?: boolean;
  /** How many rows there are, of which `rows` may be the first ones. */
  total?: number;
  /** Fetches the rows after those that are here; called when the last one comes into sight. */
  onMore?: (() => void) | undefined;
  isFetchingMore?: boolean;
  /** Whether the rows are those of the question before. */
  isStale?: boolean;
  /** The columns that are shown, from `useColumns()`; those that are not optional where nothing is said. */
  shown?: string[];
  /** `filling` fills what is around it, and has no border of its own. */
  layout?: "framed" | "filling";
}

const features = tableFeatures({
  columnVisibilityFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

/**
 * Rows under a head that sorts. Head and first column stay in sight, only rows in sight are in the document,
 * and on a phone each row is a card.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, rowKey, sort, isSortedHere = false } = props;
  const isNarrow = useIsNarrow();
  const usual = columns.filter((column) => !column.isOptional).map((column) => column.id);
  const { shown = usual } = props;
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const definitions = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, Row> => ({
          id: column.id,
          accessorFn: (row) => column.value?.(row) ?? null,
          sortFn: (one, other, id) => compareValues(one.getValue(id), other.getValue(id), sort.order),
        }),
      ),
    [columns, sort.order],
  );
  const table = useTable({
    features,
    data: rows,
    getRowId: rowKey,
    manualSorting: !isSortedHere,
    columns: definitions,
    state: {
      columnVisibility: Object.fromEntries(columns.map(({ id }) => [id, shown.includes(id)])),
      sorting: isSortedHere ? [{ id: sort.by, desc: sort.order === "desc" }] : [],
    },
  });
  const visible = table.getVisibleLeafColumns().flatMap(({ id }) => byId.get(id) ?? []);
  const sorted = table.getRowModel().rows.map((row) => row.original);
  const shared = { ...props, columns: visible, rows: sorted, total: props.total ?? rows.length };
  return isNarrow && props.layout !== "filling" ? <CardList {...shared} /> : <GridTable {...shared} />;
}
