import { PageLink } from "@/components/layout/page-link";
import { pageOf } from "@/components/layout/pages";
import { channelTitle } from "@/lib/channel-title";
import { cn } from "@/lib/cn";

export interface ChannelLinkProps {
  id: string;
  /** Its name where it is known; else the identifier. */
  name?: string | null | undefined;
  className?: string;
}

/** The name of a channel, which leads to its page. */
export function ChannelLink({ id, name, className }: ChannelLinkProps) {
  const title = channelTitle(name ?? id);
  const look = cn("text-foreground font-medium", className);
  if (!pageOf("/channels")) return <span className={look}>{title}</span>;
  return (
    <PageLink to="/channels/$id" params={{ id }} className={cn(look, "hover:underline")}>
      {title}
    </PageLink>
  );
}
