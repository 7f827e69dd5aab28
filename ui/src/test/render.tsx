import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { writeSearch } from "@/lib/url-state";
import { FormatProvider } from "@/lib/use-format";

/** Renders parts as a page does: with formats, queries, and an address that can be read and changed. */
export async function renderPart(part: ReactNode, address = "/") {
  i18n.load("en", {});
  i18n.activate("en");
  const root = createRootRoute({
    component: () => (
      <main>
        <FormatProvider zone="UTC" asOf="2026-11-27T12:00:00Z">
          {part}
        </FormatProvider>
        <Outlet />
      </main>
    ),
    notFoundComponent: () => null,
  });
  const router = createRouter({
    routeTree: root,
    history: createMemoryHistory({ initialEntries: [address] }),
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = writeSearch(search);
      return text && `?${text}`;
    },
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </I18nProvider>,
  );
  // A dialog hides the rest of the page from assistive technology.
  await screen.findByRole("main", { hidden: true });
  return { router, queries };
}
