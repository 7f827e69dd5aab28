import { createFileRoute } from "@tanstack/react-router";
import { SignInPage } from "@/features/sign-in/sign-in-page";

export const Route = createFileRoute("/sign-in")({ component: SignInPage });
