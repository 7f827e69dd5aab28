//! The same chat by rollups: every answer is the one worked by hand.

use crate::api::chat::Chat;

#[tokio::test]
async fn rollups_give_the_answers_that_the_events_give() {
    let (of_events, by_rollups) = (Chat::open().await, Chat::open_in("Europe/Berlin").await);
    for what in [
        "dashboard?period=7d",
        "dashboard?period=1d&groupBy=hour",
        "dashboard?period=all&includeBots=true",
        "dashboard?period=7d&compare=none&channelId=general",
        "dashboard?from=2025-03-25T07:12:33Z&to=2025-03-29T21:00:01Z",
        "users?period=7d&limit=3",
        "users?period=30d&metric=activity&order=asc",
        "users?period=7d&level=low&search=b",
        "users?period=7d&active=false",
        "users?period=7d&includeBots=true&sort=lastActive",
        "users?period=1d&lifecycle=returning",
        "users?period=30d&metric=retention",
        "users?period=30d&posted=false&sort=firstSeen",
        "users?period=7d&include=series&compare=previous&sort=previousMessageCount",
        "channels?period=7d",
        "channels?period=7d&sort=engagement&limit=2",
        "channels?period=30d&sort=growth&offset=1",
        "channels?period=7d&include=series&groupBy=week&sort=medianBefore",
        "channels?period=30d&state=dormant",
        "channels/c-gen?period=7d",
        "channels/c-old?period=all&includeBots=true",
        "channels/compare?ids=c-ran,c-gen&period=7d",
        "channels/care?period=7d",
        "heatmap?period=7d",
        "heatmap?period=30d&metric=posters&channelId=c-gen",
        "distribution?period=30d",
        "participation?period=30d&minPosters=1",
        "messages?period=7d",
        "messages?period=30d&groupBy=week&includeBots=true",
        "content?period=7d",
        "content?period=30d&limit=2",
        "retention?period=30d&groupBy=day",
        "retention?period=90d",
        "lifecycle?period=1d&groupBy=day&list=churned",
        "stickiness?period=7d",
        "stickiness?from=2025-03-18T09:30:00Z&to=2025-03-28T22:45:00Z&days=30",
        "adoption?period=7d",
        "users?period=30d&metric=adoption",
        "users/matrix?period=30d&sort=lifecycle",
        "users/bob?period=7d",
    ] {
        assert_eq!(
            by_rollups.numbers(what).await,
            of_events.numbers(what).await,
            "{what}"
        );
        let source = &by_rollups.ask(what).await["meta"]["source"];
        assert_ne!(source, "raw", "{what}");
    }
}
