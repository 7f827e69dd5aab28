import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { readScope, type Scope, type ScopeChange, writeScope } from "./url-state";

/** Parameters of an address as they are: strings. */
export type Search = Record<string, string>;

/** Returns the scope of the page, and how to change it: each change is a step back in the history. */
export function useScope(): [Scope, (change: ScopeChange) => void] {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const scope = useMemo(() => readScope(new URLSearchParams(search)).scope, [search]);
  const change = useCallback(
    (changed: ScopeChange) => {
      const next = { ...scope, ...changed } as Scope;
      void navigate({ to: ".", search: Object.fromEntries(writeScope(next)) as never });
    },
    [navigate, scope],
  );
  return [scope, change];
}
