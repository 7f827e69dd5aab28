import { defineConfig } from "@lingui/cli";

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "de", "en-XA"],
  // English in other letters, made when the catalogues are compiled: shows what is not translated.
  pseudoLocale: "en-XA",
  fallbackLocales: { default: "en" },
  catalogs: [{ path: "<rootDir>/src/locales/{locale}/messages", include: ["src"] }],
  compileNamespace: "ts",
  orderBy: "message",
});
