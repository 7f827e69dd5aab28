import { createFileRoute } from "@tanstack/react-router";
import { NoSuchPage } from "@/components/layout/no-such-page";

export const Route = createFileRoute("/_app/$")({ component: NoSuchPage });
