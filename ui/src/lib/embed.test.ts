import { expect, test } from "vitest";
import { accentStyle, originsOf } from "./embed";

test("only listed origins are told anything", () => {
  const own = "https://here.example";
  expect(originsOf("'self' https://chat.example http://10.0.0.7:3000", own)).toEqual([
    own,
    "https://chat.example",
    "http://10.0.0.7:3000",
  ]);
  for (const nobody of [
    undefined,
    "",
    "'none'",
    "__FRAME_ANCESTORS__",
    "*",
    "https://*",
    "https:",
    "https://*.example",
  ])
    expect(originsOf(nobody, own)).toEqual([]);
});

test("a colour is taken where it can be read on a card", () => {
  const white = "#ffffff";
  expect(accentStyle("7c3aed", white)).toEqual({
    "--primary": "#7c3aed",
    "--ring": "#7c3aed",
    "--primary-foreground": "#ffffff",
  });
  expect(accentStyle("#000", white)?.["--primary"]).toBe("#000");
  // The preset cyan of nChat: 1.8 to 1 on white, and enough on a dark card.
  expect(accentStyle("00D4FF", white)).toBeUndefined();
  expect(accentStyle("00D4FF", "#1e293b")?.["--primary-foreground"]).toBe("#0f172a");
  for (const none of [undefined, "", "red", "#12345", "url(x)", "fff;x:y"])
    expect(accentStyle(none, white)).toBeUndefined();
});
