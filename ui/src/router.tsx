import { createRouter } from "@tanstack/react-router";
import { routeTree } from "./routeTree.gen";

/** Plain strings: the names and values of the API, which the default's JSON would put in quotes. */
export const router = createRouter({
  routeTree,
  basepath: "/admin/analytics",
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text && `?${text}`;
  },
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
