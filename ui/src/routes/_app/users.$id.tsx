import { createFileRoute } from "@tanstack/react-router";
import { PersonPage } from "@/features/users/person-page";

export const Route = createFileRoute("/_app/users/$id")({ component: PersonPage });
