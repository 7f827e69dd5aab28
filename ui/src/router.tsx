import { createRouter } from "@tanstack/react-router";
import { NoSuchPage } from "./components/layout/no-such-page";
import { writeSearch } from "./lib/url-state";
import { routeTree } from "./routeTree.gen";

/** Plain strings: the names and values of the API, which the default's JSON would put in quotes. */
export const router = createRouter({
  routeTree,
  basepath: "/admin/analytics",
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = writeSearch(search);
    return text && `?${text}`;
  },
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultNotFoundComponent: NoSuchPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
