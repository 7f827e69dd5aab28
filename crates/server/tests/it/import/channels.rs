//! Which channels give terms when several inputs, a table or nothing says who may see them.

use serde_json::{Value, json};

use super::{file, folder, import, lines, terms};
use crate::support::Home;

fn export(home: &Home, name: &str, list: &str, number: u32) {
    let day = format!(
        r#"[{{"type":"message","user":"U1","text":"x #secret{number}","ts":"1704186000.{number:06}"}}]"#
    );
    let files = [
        (list, r#"[{"id":"C1","name":"board"}]"#),
        ("board/2024-01-02.json", day.as_str()),
    ];
    folder(home, name, &files);
}

async fn kind(service: &crate::support::Service) -> Value {
    let channels = service
        .json("/api/analytics/channels?from=2024-01-01&to=2024-02-01")
        .await;
    channels["channels"][0]["kind"].clone()
}

#[tokio::test]
async fn what_one_of_several_exports_keeps_among_a_few_is_confidential_in_all() {
    for (arguments, through_service) in [
        (&["2020", "2024"][..], false),
        (&["2024", "2020"], false),
        (&["2020", "2024"], true),
        (&["2020", "--channels", "private.csv"], false),
        (&["2024", "--channels", "public.csv"], false),
        (&["lines.ndjson", "2024"], false),
    ] {
        let home = Home::new();
        export(&home, "2020", "channels.json", 1);
        export(&home, "2024", "groups.json", 2);
        file(&home, "private.csv", "id,type\nC1,private\n");
        file(&home, "public.csv", "id,type\nC1,public\n");
        let line = json!({"type": "message_sent", "ts": 1_704_186_000, "user_id": "U1",
            "channel_id": "C1", "message_id": "m1", "text": "x #secret3"});
        file(&home, "lines.ndjson", line.to_string());
        let service = if through_service {
            let service = home.start(&[]);
            let server = ["--server", &service.base];
            let (done, text) = import(&home, &[arguments, &server].concat(), &[]);
            assert!(done.status.success(), "{text}");
            service
        } else {
            let (done, text) = import(&home, arguments, &[]);
            assert!(done.status.success(), "{text}");
            home.start(&[])
        };
        assert_eq!(terms(&service, "hashtags").await, [""; 0], "{arguments:?}");
        assert_eq!(kind(&service).await, "private", "{arguments:?}");
    }
}

/// Writes messages of channels of every kind: of c1 and c2 nobody says which.
fn history(home: &Home) {
    let message = |number: u32, channel: &str, text: &str| {
        json!({"type": "message_sent", "ts": 1_704_186_000 + number, "user_id": "u1",
            "channel_id": channel, "message_id": number, "text": text})
    };
    let mut said = message(6, "c6", "six #said");
    said["properties"] = json!({"channelType": "public"});
    let history = [
        message(1, "c1", "one #one"),
        message(2, "c1", "two #two"),
        message(3, "c2", "three https://three.example.org"),
        message(4, "c3", "four #four"),
        message(5, "c4", "five #five"),
        said,
        message(7, "c5", "no term"),
        json!({"type": "reaction_added", "ts": 1_704_186_008, "user_id": "u1", "channel_id": "c5",
            "message_id": 7, "emoji": "tada"}),
    ];
    let history: Vec<_> = history.iter().map(Value::to_string).collect();
    file(home, "history.ndjson", history.join("\n"));
    file(
        home,
        "channels.csv",
        "id,type,name\nc3,public,a\nc4,private,b\nc5,,c\n",
    );
}

#[tokio::test]
async fn channels_of_unknown_kind_are_told_and_may_be_taken_for_confidential() {
    let tables = ["history.ndjson", "--channels", "channels.csv"];
    let confidential = [&tables[..], &["--unknown-channels", "confidential"]].concat();
    let public = [&tables[..], &["--unknown-channels=public"]].concat();
    for (arguments, through_service) in [
        (&tables[..], false),
        (&public, true),
        (&confidential, false),
        (&confidential, true),
    ] {
        let home = Home::new();
        history(&home);
        let is_confidential = arguments.contains(&"confidential");
        let running = through_service.then(|| home.start(&[]));
        let mut arguments = arguments.to_vec();
        if let Some(service) = &running {
            arguments.extend(["--server", &service.base]);
        }
        let (done, text) = import(&home, &arguments, &[]);
        assert!(done.status.success(), "{text}");
        let told = lines(&text);
        let told = told.iter().find(|line| line.starts_with("unknown kinds "));
        let unless = if through_service {
            ", unless the service knows them as confidential"
        } else {
            ""
        };
        let sentence = format!(
            "unknown kinds 3 channels of unknown kind gave terms (hashtags, links, mentions, \
             emoji, topics){unless}: give the kind with --channels, or --unknown-channels=confidential"
        );
        let expected = (!is_confidential).then_some(&sentence);
        assert_eq!(told, expected, "{text}");
        let service = running.unwrap_or_else(|| home.start(&[]));
        let hashtags = terms(&service, "hashtags").await;
        if is_confidential {
            assert_eq!(hashtags, ["four", "said"]);
        } else {
            assert_eq!(hashtags, ["four", "one", "said", "two"]);
        }
    }
    // Where confidential channels give terms, there is nothing to tell.
    let home = Home::new();
    history(&home);
    let everywhere = [("ANALYTICS_CONTENT_PRIVATE_CHANNELS", "true")];
    let (done, text) = import(&home, &tables, &everywhere);
    assert!(done.status.success(), "{text}");
    assert!(!text.contains("unknown kinds"), "{text}");
}
