import { createFileRoute } from "@tanstack/react-router";
import { ChannelPage } from "@/features/channels/channel-page";

export const Route = createFileRoute("/_app/channels/$id")({ component: ChannelPage });
