import { expect, test } from "vitest";
import { frameOf } from "./frame";

test("an address cannot leave its attribute", () => {
  const code = frameOf('https://a.example/x?embed=1&filter="><script>');
  const frame = new DOMParser().parseFromString(code, "text/html").body;
  expect(frame.children).toHaveLength(1);
  expect(frame.querySelector("iframe")?.getAttribute("src")).toBe(
    'https://a.example/x?embed=1&filter="><script>',
  );
});
