//! Keys from the command line, kept in a real database.

use clap::Parser;
use domain::{clock::ManualClock, time::Instant};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};
use store::meta::{KeyStore as _, SqliteMeta};
use tempfile::TempDir;

use super::*;
use crate::auth::key;

#[derive(Debug, Parser)]
struct CommandLine {
    #[command(subcommand)]
    command: KeyCommand,
}

struct Shell {
    _folder: TempDir,
    meta: SqliteMeta,
    clock: ManualClock,
    rng: ChaCha20Rng,
}

impl Shell {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            meta: SqliteMeta::open(folder.path()).await.unwrap(),
            _folder: folder,
            clock: ManualClock::at(Instant::from_millis(1_770_000_000_000)),
            rng: ChaCha20Rng::seed_from_u64(7),
        }
    }

    async fn run(&mut self, line: &str) -> anyhow::Result<String> {
        let words = std::iter::once("key").chain(line.split(' '));
        let command = CommandLine::try_parse_from(words)?.command;
        let mut out = Vec::new();
        run(command, &self.meta, &self.clock, &mut self.rng, &mut out).await?;
        Ok(String::from_utf8(out).unwrap())
    }

    async fn json(&mut self, line: &str) -> Value {
        serde_json::from_str(&self.run(line).await.unwrap()).unwrap()
    }
}

#[tokio::test]
async fn a_new_key_is_shown_once_with_both_ways_to_use_it() {
    let mut shell = Shell::new().await;
    let said = shell
        .run("create --name website --access write --workspace w1")
        .await
        .unwrap();
    let secret = said.lines().find(|line| key::is_well_formed(line)).unwrap();
    let kept = shell
        .meta
        .key_by_hash(&key::hash(secret))
        .await
        .unwrap()
        .unwrap();
    let id = &kept.id;
    assert_eq!(
        said,
        format!(
            "Made key {id} (website), which may send events and nothing else in the workspace \
             w1.\n\n{secret}\n\nThis is the only time it is shown. Send it in a header:\n\n\
             X-API-Key: {secret}\n\nor, where only an address can be given, put it into the \
             path:\n\nhttp://analytics:3106/k/{secret}\n\nTake it back with `key revoke {id}`.\n"
        )
    );
    for line in ["list", "list --json"] {
        let listed = shell.run(line).await.unwrap();
        assert!(listed.contains(id) && !listed.contains("nca_"), "{listed}");
        assert!(!listed.contains(&key::hash(secret)), "{listed}");
    }
}

#[tokio::test]
async fn a_script_reads_json() {
    let mut shell = Shell::new().await;
    let made = shell
        .json("create --name backup --access read --json")
        .await;
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("nca_read_") && key::is_well_formed(secret));
    let mut expected = json!({
        "id": made["id"], "name": "backup", "access": "read", "workspaceId": null,
        "kinds": [], "origins": [], "createdAt": "2026-02-02T02:40:00Z", "expiresAt": null,
        "lastUsedAt": null, "revokedAt": null,
    });
    assert_eq!(shell.json("list --json").await, json!([expected]));
    expected["secret"] = secret.into();
    assert_eq!(made, expected);
}

#[tokio::test]
async fn keys_are_listed_newest_first() {
    let mut shell = Shell::new().await;
    let none = shell.run("list").await.unwrap();
    assert_eq!(none, "There are no keys. Make one with `key create`.\n");

    let first = shell
        .json("create --name nChat --access admin --json")
        .await;
    shell.clock.set(Instant::from_millis(1_770_000_060_000));
    let second = shell
        .json("create --name página --access write --workspace w1 --json")
        .await;
    let (first, second) = (
        first["id"].as_str().unwrap(),
        second["id"].as_str().unwrap(),
    );
    shell.run(&format!("revoke {first}")).await.unwrap();
    assert_eq!(
        shell.run("list").await.unwrap(),
        format!(
            "ID            NAME    ACCESS  WORKSPACE  ONLY  CREATED               EXPIRES  LAST USED  REVOKED\n\
             {second}  página  write   w1               2026-02-02T02:41:00Z\n\
             {first}  nChat   admin   any              2026-02-02T02:40:00Z                      2026-02-02T02:41:00Z\n"
        )
    );
}

#[tokio::test]
async fn a_key_is_limited_as_it_was_made() {
    let mut shell = Shell::new().await;
    for (line, workspace) in [
        ("--access write", Some("primary")),
        ("--access write --workspace w1", Some("w1")),
        ("--access write --any-workspace", None),
        ("--access read", None),
        ("--access admin --workspace w1", Some("w1")),
    ] {
        let made = shell.json(&format!("create --name x {line} --json")).await;
        assert_eq!(made["workspaceId"], json!(workspace), "{line}");
        assert_eq!(made["expiresAt"], Value::Null);
    }
    let line = "create --name web --access write --kinds pageView,my_kind \
                --origin HTTPS://Chat.example:443 --origin http://localhost:3000 --expires 90d";
    let said = shell.run(line).await.unwrap();
    assert!(
        said.contains(
            "in the workspace primary. It is for page_view, my_kind, https://chat.example, \
             http://localhost:3000 only. It holds until 2026-05-03T02:40:00Z.\n"
        ),
        "{said}"
    );
    let listed = shell.json("list --json").await;
    let web = listed.as_array().unwrap().iter();
    let web: Vec<_> = web.filter(|key| key["name"] == "web").collect();
    assert_eq!(
        (&web[0]["kinds"], &web[0]["origins"], &web[0]["expiresAt"]),
        (
            &json!(["page_view", "my_kind"]),
            &json!(["https://chat.example", "http://localhost:3000"]),
            &json!("2026-05-03T02:40:00Z")
        )
    );
}

#[tokio::test]
async fn the_audit_log_says_who_did_what_with_a_key() {
    let mut shell = Shell::new().await;
    let none = shell.run("audit").await.unwrap();
    assert_eq!(none, "Nothing is noted of that yet.\n");
    let made = shell.json("create --name nChat --access read --json").await;
    let id = made["id"].as_str().unwrap().to_owned();
    shell.json("create --name other --access read --json").await;
    shell.clock.set(Instant::from_millis(1_770_000_060_000));
    shell.run(&format!("revoke {id}")).await.unwrap();
    let by = operator();
    let line = format!("audit {id}");
    assert_eq!(
        shell.run(&line).await.unwrap(),
        format!(
            "TIME                  KEY           NAME   ACTION   BY\n\
             2026-02-02T02:41:00Z  {id}  nChat  revoked  {by}\n\
             2026-02-02T02:40:00Z  {id}  nChat  created  {by}\n"
        )
    );
    let unknown = shell.run("audit nobody").await.unwrap_err().to_string();
    assert_eq!(
        unknown,
        "there is no key \"nobody\": `key list` shows all of them"
    );
    let newest = shell.json("audit --limit 1 --json").await;
    let expected = json!([{
        "at": "2026-02-02T02:41:00Z", "keyId": id, "action": "revoked", "by": by,
    }]);
    assert_eq!(newest, expected);
}

#[tokio::test]
async fn a_key_is_taken_back_once() {
    let mut shell = Shell::new().await;
    let made = shell.json("create --name x --access admin --json").await;
    let id = made["id"].as_str().unwrap();
    let line = format!("revoke {id}");
    assert_eq!(
        shell.run(&line).await.unwrap(),
        format!("Revoked {id}. A running service refuses it within ten seconds.\n")
    );
    assert_eq!(
        shell.run(&line).await.unwrap(),
        format!("{id} was revoked already, at 2026-02-02T02:40:00Z.\n")
    );
    let unknown = shell.run("revoke nobody").await.unwrap_err().to_string();
    assert_eq!(
        unknown,
        "there is no key \"nobody\": `key list` shows all of them"
    );
}

#[tokio::test]
async fn what_makes_no_key_is_refused() {
    let mut shell = Shell::new().await;
    let long = "x".repeat(129);
    for line in [
        "create --access read",
        "create --name x",
        "create --name x --access everything",
        "create --name  --access read",
        &format!("create --name x --access read --workspace {long}"),
        "create --name \u{1b}[31m --access read",
        "create --name x --access write --workspace w1 --any-workspace",
        "create --name x --access write --kinds ,",
        "create --name x --access read --kinds page_view",
        "create --name x --access write --origin chat.example",
        "create --name x --access write --origin https://chat.example/path",
        "create --name x --access write --expires soon",
        "create --name x --access write --expires 90",
        "create --name x --access write --expires 0d",
        "revoke",
    ] {
        assert!(shell.run(line).await.is_err(), "{line}");
    }
    assert_eq!(shell.json("list --json").await, json!([]));
}

#[test]
fn the_help_says_what_each_access_means() {
    use clap::CommandFactory;
    let mut command = CommandLine::command();
    command.clone().debug_assert();
    let create = command.find_subcommand_mut("create").unwrap();
    let help = create.render_long_help().to_string();
    for words in [
        "read numbers",
        "send events and nothing else",
        "Only a hash of the key is kept",
    ] {
        assert!(help.contains(words), "{help}");
    }
}
