import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useShared } from "@/lib/shared";
import { readScope, type ScopeChange, type Search, travelling, withScope, withView } from "@/lib/url-state";
import type { ViewChange } from "@/lib/view";

export interface PageLinkProps {
  /** The page: "/users/$id" with `params`. */
  to: LinkProps["to"];
  params?: Record<string, string>;
  /** What is different in the scope there. */
  scope?: ScopeChange;
  /** Parameters of the page itself: `{ tab: "cohorts" }`. */
  view?: ViewChange;
  className?: string;
  title?: string;
  children: ReactNode;
}

/** A link to a page of ours. Period, comparison, zone and filters travel along. */
export function PageLink({ to, params, scope, view, children, ...rest }: PageLinkProps) {
  // A link to one page leads to no other.
  if (useShared() && to)
    return (
      <span {...(rest.className && { className: rest.className.replaceAll(/hover:\S+/g, "") })}>
        {children}
      </span>
    );
  const search = (old: Search) => {
    const kept = travelling(old);
    const next = { ...readScope(new URLSearchParams(kept)).scope, ...scope };
    return withView(withScope(kept, next as never), view ?? {});
  };
  return (
    <Link to={to ?? "."} search={search as never} {...(params && { params: params as never })} {...rest}>
      {children}
    </Link>
  );
}
