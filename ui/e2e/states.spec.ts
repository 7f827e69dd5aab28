import { daysAgo, message, messages } from "./support/events";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import type { Service } from "./support/service";
import { expect, settle, test } from "./support/test";

test("days that are not in the rollups yet are said, and their numbers are the same", async ({
  start,
  open,
}) => {
  // No round comes on its own while the test looks.
  const service = await start({ env: { ANALYTICS_AGGREGATION_INTERVAL: "86400" } });
  for (let day = 1; day < 10; day += 1) await service.track(messages(10, "general", daysAgo(day)));
  await service.json("ledger/refill", { from: "2026-01-01" }).catch(() => undefined);
  const page = await open(service, "/?period=7d");
  const figure = page.locator('[data-card="figure-messages"] [data-figure]');
  await expect(page.getByText(/Filling .* days; answers are exact, but slower/).first()).toBeVisible();
  const before = await figure.innerText();
  await service.stop();
  await service.resume();
  await settle(service);
  await service.track([message({ user: "zoe", channel: "general", at: daysAgo(2) })]);
  await page.keyboard.press("r");
  await expect(figure).toHaveText(String(Number(before) + 1));
});

test.describe("privacy", () => {
  let names: string[];

  test.beforeAll(async ({ demo }) => {
    names = await namesOf(demo);
  });

  for (const mode of ["pseudonymous", "aggregate"]) {
    test(`${mode} names nobody on any page`, async ({ demo, start, open, problems }) => {
      // What is refused is shown as withheld.
      problems.expect(/status of 403/);
      const service = await start({ demo: true, env: { ANALYTICS_PRIVACY_MODE: mode } });
      for (const route of ROUTES.filter((name) => mode !== "aggregate" || name !== "users/$id")) {
        // With pseudonyms people have other identifiers; in aggregate nobody says which there are.
        const known = mode === "aggregate" ? demo : service;
        const page = await open(service, await pathOf(known, route));
        await onEachTab(page, async (tab) => {
          const text = await page.getByRole("main").innerText();
          expect(
            names.filter((name) => text.includes(name)),
            `${route} ${tab}`,
          ).toEqual([]);
          await expect(page.getByRole("alert"), `${route} ${tab}`).toHaveCount(0);
        });
      }
    });
  }

  test("a person is not looked at in aggregate", async ({ start, open, problems }) => {
    problems.expect(/status of 40[34]/);
    const service = await start({ demo: true, env: { ANALYTICS_PRIVACY_MODE: "aggregate" } });
    const page = await open(service, "/users/nadia.adeyemi");
    await expect(page.getByText("Withheld").first()).toBeVisible();
    const text = await page.getByRole("main").innerText();
    expect(names.filter((name) => text.includes(name))).toEqual([]);
  });
});

/** Returns the names of the people of the demo, which are the same in each. */
async function namesOf(demo: Service): Promise<string[]> {
  const { users } = await demo.json("users?limit=1000&active=false");
  return users.map(({ displayName }: { displayName: string }) => displayName).filter(Boolean);
}
