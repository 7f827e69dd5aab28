import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import {
  Compass,
  FileText,
  Hash,
  LayoutDashboard,
  type LucideIcon,
  MessageSquareText,
  Radio,
  Settings2,
  ShieldCheck,
  Users,
  Waypoints,
} from "lucide-react";

/** A page of the navigation. */
export interface Page {
  path: string;
  title: MessageDescriptor;
  icon: LucideIcon;
  /** The key that opens it after `g`. */
  key: string;
}

/** The pages by what they are for. What does not work yet is not here, and its path is "No such page". */
export const GROUPS: { title: MessageDescriptor; pages: Page[] }[] = [
  {
    title: msg`Now`,
    pages: [
      { path: "/", title: msg`Overview`, icon: LayoutDashboard, key: "o" },
      { path: "/live", title: msg`Live`, icon: Radio, key: "l" },
    ],
  },
  {
    title: msg`Understand`,
    pages: [
      { path: "/users", title: msg`Users`, icon: Users, key: "u" },
      { path: "/channels", title: msg`Channels`, icon: Hash, key: "c" },
      { path: "/content", title: msg`Content`, icon: MessageSquareText, key: "n" },
      { path: "/journeys", title: msg`Journeys`, icon: Waypoints, key: "j" },
      { path: "/explore", title: msg`Explore`, icon: Compass, key: "e" },
    ],
  },
  {
    title: msg({ context: "navigation", message: "Share" }),
    pages: [{ path: "/reports", title: msg`Reports`, icon: FileText, key: "r" }],
  },
  {
    title: msg`Trust`,
    pages: [
      { path: "/ledger", title: msg`Ledger`, icon: ShieldCheck, key: "t" },
      { path: "/settings", title: msg`Settings`, icon: Settings2, key: "s" },
    ],
  },
];

/** Returns the page that a path belongs to: that of a person is the page of people. */
export function pageOf(path: string): Page | undefined {
  const pages = GROUPS.flatMap((group) => group.pages);
  return pages.find((page) => page.path === path || (page.path !== "/" && path.startsWith(`${page.path}/`)));
}
