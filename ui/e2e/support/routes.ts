import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import type { Service } from "./service";
import { ready } from "./test";

const folder = fileURLToPath(new URL("../../src/routes/_app", import.meta.url));

/** The pages there are, as the router has them: "channels/$id" for `channels.$id.tsx`. */
export const ROUTES: string[] = readdirSync(folder)
  .map((file) => file.replace(/\.tsx$/, "").replaceAll(".", "/"))
  .map((name) => name.replace(/(^|\/)index$/, ""))
  .sort();

/** Returns the address of a page below the prefix, with somebody or something that the service knows. */
export async function pathOf(service: Service, route: string): Promise<string> {
  if (route === "$") return "/no-such-page";
  if (route === "channels/compare") {
    const ids = (await channels(service)).slice(0, 3);
    return `/channels/compare?ids=${ids.join(",")}`;
  }
  if (route === "channels/$id") return `/channels/${(await channels(service))[0]}`;
  if (route === "users/$id") {
    const { users } = await service.json("users?sort=messages&limit=1");
    return `/users/${encodeURIComponent(users[0].userId)}`;
  }
  expect(route, "a page whose address these tests do not know").not.toContain("$");
  return `/${route}`;
}

async function channels(service: Service): Promise<string[]> {
  const answer = await service.json("channels?sort=activity&limit=3");
  return answer.channels.map(({ channelId }: { channelId: string }) => encodeURIComponent(channelId));
}

/** Does something on each tab of a page; on the page itself where it has none. */
export async function onEachTab(page: Page, act: (tab: string) => Promise<void>): Promise<void> {
  const tabs = page.getByRole("main").getByRole("tab");
  const names = await tabs.allInnerTexts();
  if (names.length === 0) {
    await act("");
    return;
  }
  for (const name of names) {
    await tabs.filter({ hasText: name }).first().click();
    await expect(page.getByRole("tab", { name, exact: true })).toHaveAttribute("aria-selected", "true");
    await ready(page);
    await act(name);
  }
}
