import { createFileRoute } from "@tanstack/react-router";
import { ComparePage } from "@/features/channels/compare-page";

export const Route = createFileRoute("/_app/channels/compare")({ component: ComparePage });
