import { t } from "@lingui/core/macro";

/** Returns how a feature is called; what the chat itself has reported keeps its own name. */
export function featureName(feature: string): string {
  const known: Record<string, string> = {
    reactions: t`Reactions`,
    threads: t`Threads`,
    files: t`Files`,
    search: t`Search`,
    calls: t`Calls`,
    voiceMessages: t`Voice messages`,
    pins: t`Pins`,
    screenSharing: t`Screen sharing`,
  };
  const words = feature.replaceAll("_", " ");
  return known[feature] ?? words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
