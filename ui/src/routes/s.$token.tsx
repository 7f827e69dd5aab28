import { createFileRoute } from "@tanstack/react-router";
import { lazy } from "react";
import { SharedFrame } from "@/components/share/shared-frame";

/** The pages that can be shared, as `api/shared.rs` of the service lists them. */
const PAGES = {
  "/": lazy(async () => ({ default: (await import("@/features/overview/overview-page")).OverviewPage })),
  "/users": lazy(async () => ({ default: (await import("@/features/users/users-page")).UsersPage })),
  "/channels": lazy(async () => ({
    default: (await import("@/features/channels/channels-page")).ChannelsPage,
  })),
  "/channels/compare": lazy(async () => ({
    default: (await import("@/features/channels/compare-page")).ComparePage,
  })),
  "/channels/$id": lazy(async () => ({
    default: (await import("@/features/channels/channel-page")).ChannelPage,
  })),
  "/content": lazy(async () => ({ default: (await import("@/features/content/content-page")).ContentPage })),
  "/journeys": lazy(async () => ({
    default: (await import("@/features/journeys/journeys-page")).JourneysPage,
  })),
  "/explore": lazy(async () => ({ default: (await import("@/features/explore/explore-page")).ExplorePage })),
};

export const Route = createFileRoute("/s/$token")({ component: () => <SharedFrame pages={PAGES} /> });
