import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { useAreKeysOn, useKey, useKeyListener } from "./keys";

const [period, users] = [vi.fn(), vi.fn()];

function Part() {
  useKeyListener();
  useKey("p", "Period", period);
  useKey("g u", "Users", users);
  const [isOn, setOn] = useAreKeysOn();
  return (
    <>
      <input aria-label="search" />
      <button type="button" onClick={() => setOn(!isOn)}>
        switch
      </button>
    </>
  );
}

beforeEach(() => vi.clearAllMocks());

test("one key, two keys, and none while typing or with Ctrl", async () => {
  const { getByRole, unmount } = render(<Part />);
  await userEvent.keyboard("p");
  expect(period).toHaveBeenCalledTimes(1);
  await userEvent.keyboard("gu");
  expect(users).toHaveBeenCalledTimes(1);
  await userEvent.keyboard("u{Control>}p{/Control}");
  await userEvent.type(getByRole("textbox"), "pgu");
  expect([period.mock.calls.length, users.mock.calls.length]).toEqual([1, 1]);
  unmount();
  await userEvent.keyboard("p");
  expect(period).toHaveBeenCalledTimes(1);
});

test("single keys can be switched off", async () => {
  const { getByRole } = render(<Part />);
  await userEvent.click(getByRole("button"));
  await userEvent.keyboard("p");
  expect(period).not.toHaveBeenCalled();
  await userEvent.click(getByRole("button"));
  await userEvent.keyboard("p");
  expect(period).toHaveBeenCalledTimes(1);
});
