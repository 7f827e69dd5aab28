//! `GET /api/analytics/content`.

use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat};

#[tokio::test]
async fn the_content_of_a_week_is_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("content?period=7d").await;
    // Nothing of the private channel, of the bot, and of what lies outside of P.
    let expected = json!({
        // `:wave:` and the character itself.
        "emoji": [{"name": "wave", "symbol": "👋", "count": 2, "users": 2}],
        // A skin tone is no other emoji, and what was taken back was given once.
        "reactions": [{"name": "+1", "symbol": "👍", "count": 2, "users": 2}],
        "links": [{"name": "docs.example.com", "domain": "example.com", "count": 1, "users": 1}],
        "hashtags": [{"name": "launch", "count": 2, "users": 2}],
        "period": "7d",
    });
    assert_same(&answer, &expected);
}

#[tokio::test]
async fn terms_are_narrowed_and_cut_as_asked() {
    let chat = Chat::open().await;
    let hashtags = |answer: &Value| {
        let rows = answer["hashtags"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| format!("{}:{}", row["name"].as_str().unwrap(), row["count"]))
            .collect::<Vec<_>>()
    };
    for (asked, expected) in [
        ("includeBots=true", vec!["launch:2", "bot:1"]),
        ("includeBots=true&limit=1", vec!["launch:2"]),
        ("userId=bob", vec!["launch:1"]),
        ("channelId=c-sec", vec![]),
        ("filter=not user is ada", vec!["launch:1"]),
    ] {
        let answer = chat.ask(&format!("content?period=7d&{asked}")).await;
        assert_eq!(hashtags(&answer), expected, "{asked}");
    }
}
