//! `sql` reads, and does nothing else.

use super::said;
use crate::support::Home;

#[tokio::test]
async fn one_select_is_answered_and_nothing_else() {
    let home = Home::new();
    let sql = |statement: &str| home.run(&["sql", statement], &[]);
    let none = sql("SELECT 1");
    assert!(
        said(&none).contains("there is no store at "),
        "{}",
        said(&none)
    );
    let service = home.start(&[]);
    for id in ["a", "b"] {
        service
            .track(&serde_json::json!({"event": "page_view", "id": id, "userId": "u1"}))
            .await;
    }
    let in_use = sql("SELECT 1");
    assert_eq!(in_use.status.code(), Some(1));
    assert!(
        said(&in_use).contains("only one process can have the store open, also for reading"),
        "{}",
        said(&in_use)
    );
    // As after a power cut: what was answered is in the log only.
    service.kill();
    let count = "SELECT event_type, count(*) FROM analytics_events GROUP BY ALL";
    for (statement, answer) in [
        (count, "event_type\tcount_star()\npage_view\t2\n"),
        ("SELECT [1, 2] AS l, NULL AS n", "l\tn\n[1,2]\tNULL\n"),
        ("SELECT 'a' || chr(9) || chr(27) AS t", "t\na\\t\\u{1b}\n"),
    ] {
        let output = sql(statement);
        assert_eq!(said(&output), answer, "{statement}");
        assert_eq!(output.status.code(), Some(0));
    }
    for (statement, sentence) in [
        ("", "there is no statement"),
        ("SELECT 1; SELECT 2", "there are 2 statements"),
        (
            "ROLLBACK; DELETE FROM event",
            "only SELECT is possible here",
        ),
        ("DELETE FROM event", "only SELECT is possible here"),
        ("COPY event TO '/tmp/x.csv'", "only SELECT is possible here"),
        (
            "SELECT * FROM read_csv('/etc/passwd')",
            "`read_csv` is not available here",
        ),
        ("SELECT nothing", "nothing"),
    ] {
        let output = sql(statement);
        assert_eq!(output.status.code(), Some(1), "{statement}");
        assert!(output.stdout.is_empty(), "{statement}");
        let said = said(&output);
        assert!(said.contains(sentence), "{statement}: {said}");
    }
    assert!(said(&sql(count)).ends_with("page_view\t2\n"));
    let service = home.start(&[]);
    assert_eq!(service.json("/api/analytics/status").await["events"], 2);
}
