import { t } from "@lingui/core/macro";
import { Panel } from "@/components/card/panel";
import { Badge } from "@/components/ui/badge";
import { SearchInput } from "@/components/ui/search-input";
import { useView } from "@/lib/view";
import { bySection } from "./model";
import type { Setting } from "./queries";

/** Every setting as it holds, with where its value is from. Secrets are not shown. */
export function SettingsList({ settings }: { settings: Setting[] }) {
  const [search, setSearch] = useView("search");
  const sections = bySection(settings, search ?? "");
  const set = settings.filter((setting) => setting.origin !== "default").length;
  const [some, all] = [String(set), String(settings.length)];
  return (
    <Panel
      title={t`All settings`}
      caption={t`${some} of ${all} are set by the environment or a file, the others are as delivered.`}
    >
      <SearchInput
        label={t`Search settings`}
        value={search ?? ""}
        onChange={(text) => setSearch(text || undefined, { replace: true })}
        className="w-full sm:w-72"
      />
      {sections.length === 0 && <p className="text-muted py-6">{t`No setting has this text.`}</p>}
      {sections.map(([section, list]) => (
        <section key={section} aria-label={section}>
          <h3 className="mt-5 mb-1 text-sm font-semibold" lang="en">
            {section}
          </h3>
          <ul className="divide-border divide-y">
            {list.map((setting) => (
              <li
                key={setting.name}
                className="grid gap-x-6 gap-y-1 py-2.5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]"
              >
                <div className="min-w-0">
                  <code className="text-xs font-semibold break-all">{setting.name}</code>
                  <p className="text-muted text-xs" lang="en">
                    {setting.about}
                  </p>
                </div>
                <div className="flex min-w-0 flex-wrap items-center gap-2">
                  <SettingValue setting={setting} />
                  {setting.origin !== "default" && (
                    <Badge look="primary">{setting.origin === "file" ? t`file` : t`environment`}</Badge>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Panel>
  );
}

function SettingValue({ setting }: { setting: Setting }) {
  if (setting.isSecret)
    return <span className="text-muted">{setting.isSet ? t`set, and not shown` : t`not set`}</span>;
  if (!setting.isSet) return <span className="text-muted">{t`not set`}</span>;
  return <code className="min-w-0 text-xs break-all">{setting.value}</code>;
}
