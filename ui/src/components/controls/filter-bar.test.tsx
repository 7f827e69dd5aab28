import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { readScope } from "@/lib/url-state";
import { renderPart } from "@/test/render";
import { FilterChips } from "./filter-bar";

const scope = (filter: string) => readScope(new URLSearchParams({ filter })).scope;

test("each condition is a chip, and goes by itself", async () => {
  const onChange = vi.fn();
  const filter = "not type is page_view and (user is a or user is b) and message is image";
  await renderPart(<FilterChips scope={scope(filter)} onChange={onChange} />);
  expect(screen.getAllByRole("listitem").map((chip) => chip.textContent)).toEqual([
    "Kind of event is not page_view",
    "user is a or user is b",
    "What a message carries is image",
  ]);
  await userEvent.click(screen.getAllByRole("button", { name: "Remove the filter" })[0] as HTMLElement);
  expect(onChange).toHaveBeenLastCalledWith({ filter: "(user is a or user is b) and message is image" });
});

test("a filter that is not understood is shown as it is, and can be taken away", async () => {
  const onChange = vi.fn();
  await renderPart(<FilterChips scope={scope("user like a")} onChange={onChange} />);
  expect(screen.getByRole("listitem").textContent).toBe("Filter user like a");
  await userEvent.click(screen.getByRole("button", { name: "Remove the filter" }));
  expect(onChange).toHaveBeenLastCalledWith({ filter: undefined });
});
