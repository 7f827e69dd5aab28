import { PageLink } from "@/components/layout/page-link";
import { pageOf } from "@/components/layout/pages";
import { cn } from "@/lib/cn";

export interface PersonLinkProps {
  id: string;
  /** The name where it is known; else the identifier. */
  name?: string | null | undefined;
  className?: string;
}

/** The name of a person, which leads to their page. */
export function PersonLink({ id, name, className }: PersonLinkProps) {
  const title = name || id;
  const look = cn("text-foreground font-medium", className);
  if (!pageOf("/users")) return <span className={look}>{title}</span>;
  return (
    <PageLink to="/users/$id" params={{ id }} className={cn(look, "hover:underline")}>
      {title}
    </PageLink>
  );
}
