import { violations } from "./support/access";
import { expect, PAGES, signIn, test } from "./support/test";

test("a question of Explore is saved, opened, renamed and deleted", async ({
  start,
  open,
  page,
  context,
}) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const service = await start();
  await service.track([{ event: "message_sent", userId: "u1", channelId: "c1", messageId: "m1" }]);
  await open(service, "/explore?metrics=events&dimensions=channel&period=7d");
  const menu = (name: string) => page.getByRole("button", { name, exact: true });
  const item = (name: string | RegExp) => page.getByRole("menu").getByText(name);
  const name = page.getByRole("dialog").getByRole("textbox", { name: "Name" });
  const save = page.getByRole("dialog").getByRole("button", { name: "Save" });

  await menu("Views").click();
  await item("Save this view…").click();
  await expect(name).toBeVisible();
  expect(await violations(page, ["region"]), "the dialog").toEqual([]);
  await name.fill("<b>By channel</b>");
  await save.click();
  await expect(menu("<b>By channel</b>")).toBeVisible();
  const kept = (await service.json("views")).views[0];
  expect(kept.query).toEqual({ metrics: "events", dimensions: "channel", period: "7d" });

  // Another question is none of them; the menu leads back.
  await page.goto(`${service.url}${PAGES}/explore?metrics=messages`);
  await menu("Views").click();
  await item("<b>By channel</b>").click();
  await expect(page).toHaveURL(/metrics=events/);
  await expect(page).toHaveURL(/period=7d/);

  await menu("<b>By channel</b>").click();
  await item("Rename…").click();
  await name.fill("By channel");
  await save.click();
  await expect(menu("By channel")).toBeVisible();

  // Whoever may only read opens what there is.
  const made = await service.run("key", "create", "--name", "reader", "--access", "read", "--json");
  await context.clearCookies();
  await signIn(context, service, JSON.parse(made).secret);
  await page.goto(`${service.url}${PAGES}/explore?metrics=events&dimensions=channel&period=7d`);
  await menu("By channel").click();
  await expect(item("By channel")).toBeVisible();
  await expect(item(/Save|Rename|Delete/)).toHaveCount(0);

  await context.clearCookies();
  await open(service, "/explore?metrics=events&dimensions=channel&period=7d");
  await menu("By channel").click();
  await item("Delete this view").click();
  await expect(menu("Views")).toBeVisible();
  expect((await service.json("views")).views).toEqual([]);
});
