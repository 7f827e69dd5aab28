import { createFileRoute } from "@tanstack/react-router";
import { JourneysPage } from "@/features/journeys/journeys-page";

export const Route = createFileRoute("/_app/journeys")({ component: JourneysPage });
