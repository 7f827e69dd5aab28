import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChartLine } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { sessionQuery } from "@/api/session";
import { pageOf } from "@/components/layout/pages";
import { codeOf, nextAddress } from "@/components/session/next";
import { SignInForm } from "@/components/session/sign-in-form";
import { useSignIn } from "@/components/session/use-sign-in";
import { useAddress } from "@/lib/scope";

/** The door: a key, the chat's own session, or a link that works once. */
export function SignInPage() {
  const { t, i18n } = useLingui();
  const next = nextAddress(useAddress()["next"]);
  const [path = "/", query = ""] = next.split("?");
  const navigate = useNavigate();
  const goOn = () => {
    const search = Object.fromEntries(new URLSearchParams(query));
    void navigate({ to: path, search: search as never, replace: true });
  };
  const signIn = useSignIn(goOn);
  const { data: session } = useQuery(sessionQuery);
  const [code] = useState(() => codeOf(window.location.hash));
  const isSent = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the code of a link is sent once
  useEffect(() => {
    if (!code || isSent.current) return;
    isSent.current = true;
    // It works once, but has no business in the history of the browser either.
    void navigate({ to: ".", search: true as never, hash: "", replace: true });
    void signIn.enter({ code });
  }, [code]);
  const title = pageOf(path)?.title;
  const name = title ? i18n._(title) : t`the page you asked for`;
  useEffect(() => {
    document.title = `${t`Sign in`} · ${t`Analytics`}`;
  }, [t]);
  return (
    <main className="mx-auto flex min-h-screen w-full max-w-[432px] flex-col justify-center gap-6 px-4 py-8">
      <p className="flex items-center justify-center gap-3 text-base font-semibold">
        <span className="bg-primary text-primary-foreground grid size-9 place-items-center rounded-[10px]">
          <ChartLine aria-hidden="true" className="size-5" />
        </span>
        nchat-analytics
      </p>
      <section className="border-border bg-card rounded-card border p-6 shadow-xs sm:p-8 dark:shadow-none">
        <h1 className="text-2xl font-bold tracking-tight">{t`Sign in`}</h1>
        <p className="text-muted mt-1 mb-6">
          <Trans>
            You go on to <b className="text-foreground font-semibold">{name}</b> afterwards.
          </Trans>
        </p>
        {session && (
          <p className="text-muted -mt-3 mb-6">
            {t`You are signed in as ${session.name}.`}{" "}
            <button type="button" className="text-primary font-medium hover:underline" onClick={goOn}>
              {t`Go on`}
            </button>
          </p>
        )}
        <SignInForm {...signIn} />
      </section>
      <p className="text-muted mx-auto max-w-[44ch] text-center text-xs text-balance">
        {t`The key itself is not kept: this browser gets a session of 12 hours, in a cookie that scripts cannot read.`}
      </p>
    </main>
  );
}
