//! Exports by the names of their files.

use super::Product;

impl Product {
    /// Returns whose export the files of these paths are, where their names say it.
    ///
    /// In any case: Discord's packages hold `messages/` or `Messages/`.
    pub(in crate::importer) fn of_names(paths: &[&str]) -> Option<Self> {
        let paths: Vec<String> = paths.iter().map(|path| path.to_lowercase()).collect();
        let any = |is: &dyn Fn(&str) -> bool| paths.iter().any(|path| is(path));
        let named = |name: &str| any(&|path| base(path) == name);
        let within = |folders: &str| any(&|path| ends_with_path(path, folders));
        if named("actiance_export.xml") || (named("posts.csv") && named("metadata.json")) {
            Some(Self::Mattermost)
        } else if named("realm.json") && any(&|path| base(path).starts_with("message")) {
            Some(Self::Zulip)
        } else if any(&|path| base(path).starts_with("rocketchat_")) {
            Some(Self::RocketChat)
        } else if within("messages/index.json")
            && (within("servers/index.json") || within("account/user.json"))
            || any(&is_discord_channel)
        {
            Some(Self::Discord)
        } else if named("slackdump.sqlite")
            || named("channels.json.gz")
            || named("workspace.json.gz")
        {
            Some(Self::Slackdump)
        } else if named("export_results.html") || (named("messages.html") && within("js/script.js"))
        {
            Some(Self::Telegram)
        } else if any(&is_text_of_channel) {
            Some(Self::SlackText)
        } else {
            None
        }
    }
}

/// Returns whether a path is a channel's in Discord's package, `messages/c81384788765712384/channel.json`;
/// the names of the folders above are in the language of whoever asked for it.
fn is_discord_channel(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (file, folder) = (parts.next(), parts.next());
    let digits = folder.and_then(|folder| folder.strip_prefix('c'));
    file == Some("channel.json")
        && digits.is_some_and(|digits| {
            digits.len() >= 15 && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn ends_with_path(path: &str, end: &str) -> bool {
    path.strip_suffix(end)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Returns whether a path is `channels/general/general.txt`, as in Slack's export as text.
fn is_text_of_channel(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (file, folder, list) = (parts.next(), parts.next(), parts.next());
    matches!(list, Some("channels" | "dms" | "groups" | "mpims"))
        && file.and_then(|file| file.strip_suffix(".txt")) == folder
        && folder.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_products() {
        for (paths, expected) in [
            (
                &["realm.json", "messages-000001.json"][..],
                Some(Product::Zulip),
            ),
            (&["dump/rocketchat_message.json"], Some(Product::RocketChat)),
            (
                &["package/messages/index.json", "package/servers/index.json"],
                Some(Product::Discord),
            ),
            (
                &[
                    "Messages/index.json",
                    "Servers/index.json",
                    "Account/user.json",
                ],
                Some(Product::Discord),
            ),
            (
                &[
                    "Nachrichten/c81384788765712384/channel.json",
                    "Konto/user.json",
                ],
                Some(Product::Discord),
            ),
            (&["Actiance_Export.XML"], Some(Product::Mattermost)),
            (
                &["Realm.json", "Messages-000001.json"],
                Some(Product::Zulip),
            ),
            (&["Channels/general/general.txt"], Some(Product::SlackText)),
            (&["actiance_export.xml"], Some(Product::Mattermost)),
            (&["slackdump.sqlite"], Some(Product::Slackdump)),
            (
                &["C1.json.gz", "channels.json.gz"],
                Some(Product::Slackdump),
            ),
            (&["export_results.html"], Some(Product::Telegram)),
            (&["channels/general/general.txt"], Some(Product::SlackText)),
            (
                &["general/2015-06-05.json", "notes.txt", "channels/a/b.txt"],
                None,
            ),
            (&["realm.json"], None),
        ] {
            let found = Product::of_names(paths);
            assert_eq!(found, expected, "{paths:?}");
        }
    }
}
