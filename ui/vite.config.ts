import { fileURLToPath } from "node:url";
import { lingui } from "@lingui/vite-plugin";
import tailwind from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `make ui-dev` finds the service. */
const service = process.env["ANALYTICS_URL"] ?? "http://localhost:3106";

const key = process.env["ANALYTICS_API_KEY"];

export default defineConfig({
  // Pages, assets and the API are under one prefix, so that one proxy rule brings them to a chat's host.
  base: "/admin/analytics/",
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true }),
    react({ babel: { plugins: ["@lingui/babel-plugin-lingui-macro"] } }),
    lingui(),
    tailwind(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: { assetsDir: "_assets", target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: {
    proxy: {
      "/admin/analytics/api": {
        target: service,
        // With a key, pages show it and need no sign-in; without one they sign in, which works under this prefix.
        ...(key && {
          rewrite: (path: string) => path.replace("/admin/analytics/api", "/api/analytics"),
          headers: { authorization: `Bearer ${key}` },
        }),
      },
    },
  },
  test: { environment: "jsdom", setupFiles: "src/test/setup.ts", include: ["src/**/*.test.{ts,tsx}"] },
});
