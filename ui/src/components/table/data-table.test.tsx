import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { renderPart } from "@/test/render";
import { type TableColumn, useSort } from "./columns";
import { DataTable } from "./data-table";

interface Person {
  id: string;
  messages: number | null;
}

const columns: TableColumn<Person>[] = [
  { id: "name", title: "Name", cell: (row) => row.id, value: (row) => row.id, sort: "name" },
  {
    id: "messages",
    title: "Messages",
    isNumber: true,
    cell: (row) => row.messages ?? "–",
    value: (row) => row.messages,
    sort: "messages",
  },
  { id: "secret", title: "Files", isOptional: true, cell: () => "0" },
];

function People({ rows }: { rows: Person[] }) {
  const [sort, onSort] = useSort({ by: "messages", order: "desc" });
  return (
    <DataTable
      label="People"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      sort={sort}
      onSort={onSort}
      isSortedHere
    />
  );
}

const names = () => screen.getAllByRole("rowheader").map((cell) => cell.textContent);

test("heads sort, say how, and the address keeps it", async () => {
  const rows = [
    { id: "ana", messages: 3 },
    { id: "bo", messages: null },
    { id: "cy", messages: 9 },
  ];
  const { router } = await renderPart(<People rows={rows} />);
  const table = screen.getByRole("table", { name: "People" });
  expect(names()).toEqual(["cy", "ana", "bo"]);
  expect(within(table).getByRole("columnheader", { name: "Messages" }).getAttribute("aria-sort")).toBe(
    "descending",
  );
  await userEvent.click(within(table).getByRole("button", { name: "Messages" }));
  expect(names()).toEqual(["ana", "cy", "bo"]);
  expect(router.state.location.search).toEqual({ sort: "messages", order: "asc" });
  await userEvent.click(within(table).getByRole("button", { name: "Name" }));
  expect(names()).toEqual(["ana", "bo", "cy"]);
  expect(screen.queryByRole("columnheader", { name: "Files" })).toBeNull();
});

test("of 50,000 rows at most 60 are in the document", async () => {
  const rows = Array.from({ length: 50_000 }, (_, place) => ({ id: `person ${place}`, messages: place }));
  await renderPart(<People rows={rows} />);
  const table = screen.getByRole("table", { name: "People" });
  expect(table.getAttribute("aria-rowcount")).toBe("50001");
  const shown = screen.getAllByRole("rowheader").length;
  expect(shown).toBeGreaterThan(10);
  expect(shown).toBeLessThanOrEqual(60);
});
