import "@fontsource-variable/inter/wght.css";
import "./styles/app.css";
import { i18n } from "@lingui/core";
import { I18nProvider, useLingui } from "@lingui/react";
import {
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  QueryClientProvider,
} from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Direction } from "radix-ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/errors";
import { sessionQuery } from "./api/session";
import { openedShareQuery } from "./api/shares";
import { statusQuery } from "./api/status";
import { activateLocale, directionOf } from "./lib/locale";
import { startNonce } from "./lib/nonce";
import { shareToken } from "./lib/share-token";
import { startTheme } from "./lib/theme";
import { router } from "./router";

/**
 * Whatever is refused for want of a session opens the sign-in dialog: nobody is signed in any more. Of a shared link
 * nothing is left then.
 */
const onError = (error: Error) => {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  if (shareToken) queries.setQueryData(openedShareQuery.queryKey, null);
  else queries.setQueryData(sessionQuery.queryKey, null);
};

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      placeholderData: keepPreviousData,
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 3 && error instanceof ApiError && error.isTransient,
      retryDelay: (failures, error) => {
        const after = error instanceof ApiError ? error.refusal.retryAfter : undefined;
        return after === undefined ? 500 * 2 ** failures : after * 1_000;
      },
    },
  },
});

/** The pages, made anew in another language, so that no sentence is left in the one before. */
function Pages() {
  const { i18n } = useLingui();
  return (
    <Direction.Provider dir={directionOf(i18n.locale)}>
      <RouterProvider key={i18n.locale} router={router} />
    </Direction.Provider>
  );
}

startNonce();
startTheme();
if (shareToken) void queries.prefetchQuery(openedShareQuery);
else {
  void queries.prefetchQuery(statusQuery);
  void queries.prefetchQuery(sessionQuery);
}
await activateLocale();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queries}>
          <Pages />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}
