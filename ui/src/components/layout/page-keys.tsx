import { useLingui } from "@lingui/react";
import { useNavigate } from "@tanstack/react-router";
import { useKey } from "@/lib/keys";
import { type Search, travelling } from "@/lib/url-state";
import { GROUPS, type Page } from "./pages";

/** `g` and a letter open each page. */
export function PageKeys() {
  return GROUPS.flatMap((group) => group.pages).map((page) => <PageKey key={page.path} page={page} />);
}

function PageKey({ page }: { page: Page }) {
  const { i18n } = useLingui();
  const navigate = useNavigate();
  useKey(`g ${page.key}`, i18n._(page.title), () => {
    void navigate({ to: page.path, search: ((old: Search) => travelling(old)) as never });
  });
  return null;
}
