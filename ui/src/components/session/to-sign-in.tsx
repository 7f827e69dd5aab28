import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { writeSearch } from "@/lib/url-state";
import { PAGES } from "./next";

/** Goes to the door, which leads back here. */
export function ToSignIn() {
  const navigate = useNavigate();
  useEffect(() => {
    const { pathname, search } = window.location;
    if (pathname === `${PAGES}/sign-in`) return;
    const own = Object.fromEntries(new URLSearchParams(search));
    const text = writeSearch(own);
    void navigate({
      to: "/sign-in",
      search: { next: `${pathname}${text && `?${text}`}` } as never,
      replace: true,
    });
  }, [navigate]);
  return null;
}
