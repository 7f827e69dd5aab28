import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { useAddress } from "./scope";
import { type Search, withView } from "./url-state";

/** What a page changes in its address; what is `undefined` or empty is taken out. */
export type ViewChange = Record<string, string | undefined>;

/** Returns how to change parameters that belong to the page: a choice is a step back, typing (`replace`) is none. */
export function useChangeView(): (change: ViewChange, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, options) => {
      void navigate({
        to: ".",
        search: ((old: Search) => withView(old, change)) as never,
        replace: options?.replace ?? false,
        resetScroll: false,
      });
    },
    [navigate],
  );
}

/** Returns a parameter that belongs to the page (`tab`, `card`, `sort` …), and how to change it. */
export function useView(
  name: string,
): [string | undefined, (value: string | undefined, options?: { replace?: boolean }) => void] {
  const value = useAddress()[name];
  const change = useChangeView();
  const set = useCallback(
    (next: string | undefined, options?: { replace?: boolean }) => change({ [name]: next }, options),
    [change, name],
  );
  return [value || undefined, set];
}
