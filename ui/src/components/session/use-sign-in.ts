import { t } from "@lingui/core/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/errors";
import { exchangeSession, type Session, type Shown, sessionQuery, signIn } from "@/api/session";

/** Signing in: what is under way, and why it did not work. */
export interface SignIn {
  isBusy: boolean;
  problem: string | undefined;
  /** Signs in with what somebody shows, or with the chat's own session. */
  enter: (shown: Shown | "chat") => Promise<void>;
}

/** Returns how to sign in. After it every answer is asked for anew, as somebody else may see others. */
export function useSignIn(onEntered?: () => void): SignIn {
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const enter = async (shown: Shown | "chat") => {
    setBusy(true);
    setProblem(undefined);
    try {
      const session: Session = shown === "chat" ? await exchangeSession() : await signIn(shown);
      queries.setQueryData(sessionQuery.queryKey, session);
      void queries.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0],
      });
      onEntered?.();
    } catch (error) {
      setProblem(problemOf(error, shown === "chat"));
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, problem, enter };
}

/** Returns in words why somebody could not sign in, and what to do. */
function problemOf(error: unknown, isChat: boolean): string {
  if (!(error instanceof ApiError)) return t`The service did not answer as expected.`;
  const { code, message, retryAfter } = error.refusal;
  if (code === "unreachable") return t`The service was not reached. Is it running?`;
  if (error.status === 429) {
    const seconds = retryAfter ?? 60;
    return t`Too many wrong tries from this address. Wait ${seconds} seconds.`;
  }
  if (isChat && code === "credential_missing")
    return t`Nobody is signed in to the chat in this browser, or the chat has another host.`;
  if (code === "key_unknown") return t`This key is not known, or was revoked.`;
  if (code === "key_malformed") return t`This is no whole key: it begins with nca_ and was perhaps cut.`;
  if (code === "key_expired") return t`This key has expired. Make a new one.`;
  if (code === "token_expired") return t`The session of the chat is over. Sign in there, then come back.`;
  if (code === "code_invalid")
    return t`This link was used already, or is older than ten minutes. Make a new one.`;
  if (code === "access_forbidden")
    return t`This does not allow to see numbers: it takes a key that reads, or an owner or admin of the chat.`;
  if (error.status === 404) return t`This service has no sign-in.`;
  return message;
}
