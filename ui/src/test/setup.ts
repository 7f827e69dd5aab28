import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

// What jsdom does not have and parts ask for.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView ??= () => undefined;
// Nothing is laid out here; lists that show what is in sight need a size.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 700 });
Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 1_000 });
Element.prototype.getBoundingClientRect = () =>
  ({ x: 0, y: 0, top: 0, left: 0, right: 800, bottom: 300, width: 800, height: 300 }) as DOMRect;
