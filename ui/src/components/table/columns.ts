import type { ReactNode } from "react";
import { useChangeView, useView } from "@/lib/view";

/** A column of a table. The first one names the row, and stays in sight. */
export interface TableColumn<Row> {
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Whether it holds numbers, which stand at the end. */
  isNumber?: boolean;
  /** The name by which the API sorts, where the API does. */
  sort?: string;
  /** What the rows are sorted by here, where all rows are here; `null` comes last. */
  value?: (row: Row) => string | number | null | undefined;
  /** In pixels. */
  width?: number;
  /** Whether it is only there when it is chosen. */
  isOptional?: boolean;
  /** Where it stands in the card of a phone: at the end, or under the name. Else it is left out there. */
  card?: "end" | "below";
}

export interface Sort {
  by: string;
  order: "asc" | "desc";
}

/** Returns how the address sorts the table of the page, and how to sort it otherwise. */
export function useSort(initial: Sort): [Sort, (sort: Sort) => void] {
  const [by] = useView("sort");
  const [order] = useView("order");
  const change = useChangeView();
  const sort: Sort = {
    by: by ?? initial.by,
    order: order === "asc" || order === "desc" ? order : by === undefined ? initial.order : "desc",
  };
  return [
    sort,
    (next) => {
      const isInitial = next.by === initial.by && next.order === initial.order;
      change(isInitial ? { sort: undefined, order: undefined } : { sort: next.by, order: next.order });
    },
  ];
}

/** Returns which columns are shown (`?cols=`), and how to show others. The first one always is. */
export function useColumns<Row>(columns: TableColumn<Row>[]): [string[], (ids: string[]) => void] {
  const [asked, setAsked] = useView("cols");
  const usual = columns.filter((column) => !column.isOptional).map((column) => column.id);
  const chosen = asked?.split(",") ?? usual;
  const shown = columns.filter((column, place) => place === 0 || chosen.includes(column.id));
  return [
    shown.map((column) => column.id),
    (ids) => {
      const inOrder = columns.map((column) => column.id).filter((id) => ids.includes(id));
      setAsked(inOrder.join() === usual.join() ? undefined : inOrder.join(","));
    },
  ];
}
