import { useRouterState } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTitle } from "./crumb";

export interface PageHeadProps {
  title: string;
  icon: LucideIcon;
  /** Beside the title: the controls of the page. */
  children?: ReactNode;
  /** Under the title: what the page is about, where that is not everything. */
  subtitle?: ReactNode;
}

/** The first path that was shown: its title is not focused, as nobody went there by a link. */
let firstPath: string | undefined;

/** The title of a page, which takes the focus when a link leads here, and its controls. */
export function PageHead({ title, icon: Icon, children, subtitle }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useTitle(title);
  useEffect(() => {
    firstPath ??= path;
    if (firstPath === path) return;
    firstPath = "";
    heading.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-4">
      <div className="min-w-0">
        <h1
          ref={heading}
          tabIndex={-1}
          className="flex items-center gap-3 text-2xl font-bold tracking-tight outline-none sm:text-3xl"
        >
          <Icon aria-hidden="true" className="text-primary size-6 shrink-0 sm:size-8" />
          <span className="min-w-0 break-words">{title}</span>
        </h1>
        {subtitle && <div className="text-muted mt-1">{subtitle}</div>}
      </div>
      {children}
    </header>
  );
}
