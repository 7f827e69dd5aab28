import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { type ReadScope, readScope, type Scope, type ScopeChange, type Search, withScope } from "./url-state";

/** Returns the parameters of the address. */
export function useAddress(): Search {
  return useSearch({ strict: false });
}

/** Returns the scope of the page, and how to change it: each change is a step back in the history. */
export function useScope(): [Scope, (change: ScopeChange) => void] {
  const { scope } = useReadScope();
  const navigate = useNavigate();
  const change = useCallback(
    (changed: ScopeChange) => {
      void navigate({
        to: ".",
        search: ((old: Search) => {
          const next = { ...readScope(new URLSearchParams(old)).scope, ...changed } as Scope;
          // A drawer is about a mark that may not be there in another span.
          const { drill, ...kept } = old;
          return withScope(kept, next);
        }) as never,
      });
    },
    [navigate],
  );
  return [scope, change];
}

/** Returns the scope with the names of what could not be read. */
export function useReadScope(): ReadScope {
  const search = useAddress();
  return useMemo(() => readScope(new URLSearchParams(search)), [search]);
}
