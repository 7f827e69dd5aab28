import { t } from "@lingui/core/macro";
import { Columns3 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { type TableColumn, useColumns } from "./columns";

/** Chooses the columns of the table of the page. */
export function ColumnMenu<Row>({ columns }: { columns: TableColumn<Row>[] }) {
  const [shown, setShown] = useColumns(columns);
  return (
    <Menu
      align="end"
      trigger={
        <Button className="max-sm:hidden">
          <Columns3 aria-hidden="true" />
          {t`Columns`}
        </Button>
      }
    >
      {columns.slice(1).map((column) => (
        <MenuChoice
          key={column.id}
          isChosen={shown.includes(column.id)}
          staysOpen
          onSelect={() =>
            setShown(
              shown.includes(column.id) ? shown.filter((id) => id !== column.id) : [...shown, column.id],
            )
          }
        >
          {column.title}
        </MenuChoice>
      ))}
    </Menu>
  );
}
