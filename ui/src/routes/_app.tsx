import { createFileRoute, redirect } from "@tanstack/react-router";
import { AppShell } from "@/components/layout/app-shell";
import { shareToken } from "@/lib/share-token";

export const Route = createFileRoute("/_app")({
  component: AppShell,
  // Whoever came by a link to one page has no other one.
  beforeLoad: () => {
    if (shareToken) throw redirect({ to: "/s/$token", params: { token: shareToken }, replace: true });
  },
});
