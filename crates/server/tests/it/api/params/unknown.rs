//! `meta.unknown`: identifiers that nobody knows.

use serde_json::{Value, json};

use super::declared::operations;
use crate::api::chat::{AS_OF, Chat};

#[tokio::test]
async fn they_are_named_by_every_answer_with_what_may_have_been_meant() {
    let chat = Chat::open().await;
    let mut seen = 0;
    for operation in operations() {
        let takes = |name: &str| operation.parameters.iter().any(|one| one == name);
        if !(takes("filter") && takes("userId")) {
            continue;
        }
        seen += 1;
        let unknown = async |asked: &str| {
            let takes_period = operation.parameters.iter().any(|name| name == "period");
            let period = if takes_period { "&period=30d" } else { "" };
            let path = operation.asked(&format!("{asked}{period}&asOf={AS_OF}"));
            let answer = chat.service.json(&path).await;
            answer["meta"].get("unknown").cloned()
        };
        let general = json!({"id": "c-gen", "name": "general"});
        let meant = |field: &str, value: &str, nearest: Value| json!([{"field": field, "value": value, "nearest": nearest}]);
        for (asked, expected) in [
            // An identifier with a slip, the name instead of the identifier, and nothing like it.
            (
                "channelId=general",
                Some(meant("channel", "general", json!([general]))),
            ),
            ("userId=Lovelace", None),
            ("userId=zzzz", Some(meant("user", "zzzz", json!([])))),
            (
                "filter=not channel is xxxx",
                Some(meant("channel", "xxxx", json!([]))),
            ),
            (
                "filter=user is zzzz or (channel is c-ran and type is xxxx)",
                Some(meant("user", "zzzz", json!([]))),
            ),
            ("channelId=c-gen&userId=robo", None),
            ("includeBots=false", None),
        ] {
            let takes_channels = operation.parameters.iter().any(|name| name == "channelId");
            let takes_bots = operation
                .parameters
                .iter()
                .any(|name| name == "includeBots");
            if asked.starts_with("channelId") && !takes_channels
                || asked.starts_with("includeBots") && !takes_bots
            {
                continue;
            }
            let found = unknown(asked).await;
            if asked == "userId=Lovelace" {
                let nearest = &found.unwrap()[0]["nearest"][0];
                assert_eq!(*nearest, json!({"id": "ada", "name": "Ada Lovelace"}));
            } else {
                assert_eq!(found, expected, "{} {asked}", operation.path);
            }
        }
    }
    assert_eq!(seen, 27);
}
