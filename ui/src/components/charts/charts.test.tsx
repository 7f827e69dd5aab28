import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { PlainDate } from "@/lib/plain-date";
import { renderPart } from "@/test/render";
import { Bars } from "./bars";
import { Calendar } from "./calendar";
import { CrosshairProvider } from "./crosshair";
import { Curves } from "./curves";
import { Dumbbell } from "./dumbbell";
import { Heatmap } from "./heatmap";
import { LineChart } from "./line-chart";
import { RowBars } from "./row-bars";
import { Triangle } from "./triangle";

const format = (value: number) => String(value);
const caption = "What it says.";
const onOpen = vi.fn();

beforeEach(() => onOpen.mockClear());

/** Renders a chart, walks it by keys, and returns what was read aloud of the mark. */
async function walk(chart: ReactNode, keys: string): Promise<string> {
  await renderPart(chart);
  const figure = screen.getByRole("figure", { name: caption });
  figure.focus();
  await userEvent.keyboard(keys);
  return figure.parentElement?.querySelector('[aria-live="polite"]')?.textContent ?? "";
}

test("what one chart over time looks at, the others of the page mark", async () => {
  const days = (titles: string[]) =>
    titles.map((title) => ({ label: title, title, value: 1, isComplete: true }));
  const [first, second] = ["One.", "Two."];
  await renderPart(
    <CrosshairProvider>
      <LineChart points={days(["Mon", "Tue", "Wed"])} caption={first} format={format} name="a" />
      <LineChart points={days(["Tue", "Wed"])} caption={second} format={format} name="b" />
    </CrosshairProvider>,
  );
  const figure = (name: string) => screen.getByRole("figure", { name });
  const line = (name: string) => figure(name).querySelector("[data-crosshair]")?.getAttribute("x1");
  figure(first).focus();
  await userEvent.keyboard("{Home}");
  expect(line(second), "it has no Monday").toBeUndefined();
  await userEvent.keyboard("{ArrowRight}");
  const tuesday = line(second);
  await userEvent.keyboard("{ArrowRight}");
  expect(tuesday).toBeDefined();
  expect(Number(line(second))).toBeGreaterThan(Number(tuesday));
  expect(line(first), "a chart has a mark of its own").toBeUndefined();
  await userEvent.keyboard("{Escape}");
  expect(line(second)).toBeUndefined();
});

describe("marks by keys", () => {
  const points = ["Mon", "Tue", "Wed"].map((title, place) => ({
    label: title,
    title,
    value: [4, null, 9][place] ?? null,
    previous: 3,
    previousTitle: `${title} before`,
    isComplete: place < 2,
  }));
  const lineChart = (
    <LineChart {...{ points, caption, format, onOpen }} name="messages" previousName="before" />
  );

  test("a line says value and comparison, and that a bucket is not over", async () => {
    expect(await walk(lineChart, "{Home}")).toBe("Mon, messages 4, Mon before 3, Change +33.3%");
  });

  test("what is not known is a dash, never 0", async () => {
    expect(await walk(lineChart, "{Home}{ArrowRight}")).toBe("Tue, messages –, Tue before 3");
  });

  test("Enter opens the list behind the mark, Esc leaves it", async () => {
    expect(await walk(lineChart, "{End}")).toBe("Wed, so far, messages 9, Wed before 3");
    await userEvent.keyboard("{Enter}");
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(2);
    await userEvent.keyboard("{Escape}{Enter}");
    expect(onOpen).toHaveBeenCalledTimes(1);
  });

  test("a heat map", async () => {
    const rows = [
      { name: "M", title: "Monday", values: [1, 2] },
      { name: "T", title: "Tuesday", values: [3, null] },
    ];
    const columns = [
      { label: "00", title: "00:00" },
      { label: "", title: "01:00" },
    ];
    const chart = <Heatmap {...{ rows, columns, caption, format, onOpen }} unit="messages" />;
    expect(await walk(chart, "{ArrowRight}{ArrowDown}{ArrowRight}{Enter}")).toBe(
      "Tuesday, 01:00, messages –",
    );
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(1, 1);
  });

  test("stacked bars: up and down walk the parts, the one that is looked at is said first", async () => {
    const columns = [{ label: "1", title: "June" }];
    const series = [
      { name: "new", values: [4] },
      { name: "churned", values: [-2] },
    ];
    const chart = <Bars {...{ columns, series, caption, format, onOpen }} />;
    expect(await walk(chart, "{Home}{ArrowDown}{Enter}")).toBe("June, churned 2, new 4");
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(1, 0);
  });

  test("lying bars", async () => {
    const rows = [{ key: "a", name: "#a", values: [7] }];
    expect(await walk(<RowBars {...{ rows, caption, format }} series={["messages"]} />, "{Home}")).toBe(
      "#a, messages 7",
    );
  });

  test("a dumbbell without a number before", async () => {
    const rows = [{ key: "a", name: "#a", before: null, now: 7 }];
    expect(await walk(<Dumbbell {...{ rows, caption, format }} unit="messages" />, "{Home}")).toBe(
      "#a, messages 7, before –",
    );
  });

  test("curves say the line that is looked at first; context has no marks", async () => {
    const curves = [
      { name: "old", values: [1, 1], look: "context" as const },
      { name: "Oct", values: [100, 50] },
      { name: "mean", values: [100, 60], look: "main" as const },
    ];
    const labels = ["0", "1"].map((label) => ({ label, title: `week ${label}` }));
    expect(await walk(<Curves {...{ curves, labels, caption, format }} />, "{End}{ArrowDown}")).toBe(
      "week 1, mean 60, Oct 50",
    );
  });

  test("a triangle ends where a cohort is too young", async () => {
    const rows = [
      {
        name: "1",
        title: "of June",
        size: 10,
        cells: [{ percent: 100 }, { percent: 40, count: 4, isOpen: true }],
      },
      { name: "2", title: "of July", size: 5, cells: [{ percent: 100 }] },
    ];
    const steps = ["0", "1"].map((label) => ({ label, title: `week ${label}` }));
    const chart = (
      <Triangle {...{ rows, steps, caption, onOpen }} heads={["Month", "People"]} unit="came back" />
    );
    expect(await walk(chart, "{End}")).toBe("of June, week 1, so far, came back 40.0%, people 4 of 10");
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(1, 0);
  });

  test("a calendar opens a day", async () => {
    const days = ["2026-06-01", "2026-06-02"].map((date, place) => ({
      date: date as PlainDate,
      value: place,
    }));
    const chart = <Calendar {...{ days, caption, format, onOpen }} unit="messages" />;
    expect(await walk(chart, "{Home}{ArrowDown}{Enter}")).toBe("Tue, Jun 2, messages 1");
    expect(onOpen).toHaveBeenCalledExactlyOnceWith("2026-06-02");
  });
});
