import { t } from "@lingui/core/macro";
import { Segmented } from "@/components/ui/segmented";
import { useChangeView } from "@/lib/view";
import type { ContentKind, ContentView } from "./queries";

/** What of a kind of content is listed, where there is a choice. */
export function TermsTools({ kind, view }: { kind: ContentKind; view: ContentView }) {
  const change = useChangeView();
  // A term of one list may not be in another.
  const set = (name: string, value: string, usual: string) =>
    change({ term: undefined, search: undefined, [name]: value === usual ? undefined : value });
  if (kind === "topics")
    return (
      <Segmented
        label={t`Which topics`}
        value={view.view ?? "top"}
        options={[
          { value: "top", title: t`Top` },
          { value: "trending", title: t`Trending` },
        ]}
        onChange={(value) => set("topics", value, "top")}
      />
    );
  if (kind === "emoji")
    return (
      <Segmented
        label={t`Where emoji are used`}
        value={view.sort ?? view.where ?? "all"}
        options={[
          { value: "all", title: t`All` },
          { value: "reactions", title: t`Reactions` },
          { value: "messages", title: t`In text` },
          { value: "leastUsed", title: t`Custom, least used` },
        ]}
        onChange={(value) =>
          change({
            term: undefined,
            search: undefined,
            where: value === "reactions" || value === "messages" ? value : undefined,
            sort: value === "leastUsed" ? value : undefined,
          })
        }
      />
    );
  if (kind === "links")
    return (
      <Segmented
        label={t`How links are told apart`}
        value={view.by ?? "domain"}
        options={[
          { value: "domain", title: t`Domain` },
          { value: "host", title: t`Host` },
          { value: "url", title: t`Address` },
        ]}
        onChange={(value) => set("by", value, "domain")}
      />
    );
  if (kind === "files")
    return (
      <Segmented
        label={t`How files are told apart`}
        value={view.by ?? "name"}
        options={[
          { value: "name", title: t`Name` },
          { value: "extension", title: t`Ending` },
          { value: "kind", title: t`Kind` },
        ]}
        onChange={(value) => set("by", value, "name")}
      />
    );
  return null;
}
