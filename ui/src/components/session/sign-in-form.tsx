import { Trans, useLingui } from "@lingui/react/macro";
import { KeyRound, MessageSquare, TriangleAlert } from "lucide-react";
import { type FormEvent, useId, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Note } from "@/components/ui/note";
import { shownOf } from "./next";
import type { SignIn } from "./use-sign-in";

/** A field for a key, and the way in by the chat's own session. */
export function SignInForm({ isBusy, problem, enter }: SignIn) {
  const { t } = useLingui();
  const field = useRef<HTMLInputElement>(null);
  const [id, hint] = [useId(), useId()];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = field.current?.value ?? "";
    if (text.trim()) void enter(shownOf(text)).finally(() => field.current?.select());
    else field.current?.focus();
  };
  return (
    <form onSubmit={submit} aria-busy={isBusy}>
      {problem && (
        <Note icon={TriangleAlert} look="bad" role="alert" className="mb-4">
          {problem}
        </Note>
      )}
      <label htmlFor={id} className="block font-medium">
        {t`API key`}
      </label>
      <span className="border-control rounded-control focus-within:outline-primary mt-1.5 flex h-10 items-center gap-2.5 border px-3 focus-within:outline-2 focus-within:outline-offset-2 pointer-coarse:h-11">
        <KeyRound aria-hidden="true" className="text-muted size-4 shrink-0" />
        <input
          ref={field}
          id={id}
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="nca_…"
          aria-describedby={hint}
          className="placeholder:text-muted w-full min-w-0 bg-transparent outline-none"
        />
      </span>
      <p id={hint} className="text-muted mt-2 text-xs">
        <Trans>
          Make one with <code className="bg-subtle rounded-md px-1.5 py-0.5">nchat-analytics key create</code>
        </Trans>
      </p>
      <Button type="submit" look="primary" disabled={isBusy} className="mt-5 h-10 w-full">
        {t`Sign in`}
      </Button>
      <p
        aria-hidden="true"
        className="text-muted before:bg-border after:bg-border my-5 flex items-center gap-3 text-xs before:h-px before:flex-1 after:h-px after:flex-1"
      >
        {t`or`}
      </p>
      <Button disabled={isBusy} className="h-10 w-full" onClick={() => void enter("chat")}>
        <MessageSquare aria-hidden="true" />
        {t`Continue with nChat`}
      </Button>
      <p className="text-muted mt-2 text-center text-xs">{t`Owners and admins of the chat, no second password.`}</p>
    </form>
  );
}
