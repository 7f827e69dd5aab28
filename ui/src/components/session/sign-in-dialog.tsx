import { t } from "@lingui/core/macro";
import { Dialog } from "radix-ui";
import { SignInForm } from "./sign-in-form";
import { useSignIn } from "./use-sign-in";

/** Signing in over a page whose session has ended. The page stays as it is, and goes on afterwards. */
export function SignInDialog() {
  const signIn = useSignIn();
  return (
    <Dialog.Root open>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-[var(--scrim)]" />
        <Dialog.Content
          onEscapeKeyDown={(event) => event.preventDefault()}
          onInteractOutside={(event) => event.preventDefault()}
          className="border-border bg-card rounded-card fixed inset-0 z-50 m-auto h-fit max-h-[calc(100vh-32px)] w-[400px] max-w-[calc(100vw-32px)] overflow-auto border p-6 shadow-[var(--shadow-pop)] outline-none sm:p-8"
        >
          <Dialog.Title className="text-2xl font-bold tracking-tight">{t`Sign in again`}</Dialog.Title>
          <Dialog.Description className="text-muted mt-1 mb-6">
            {t`The session is over. This page stays as it is, and goes on afterwards.`}
          </Dialog.Description>
          <SignInForm {...signIn} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
